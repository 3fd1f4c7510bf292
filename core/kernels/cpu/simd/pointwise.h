#pragma once

#include "core/kernels/cpu/simd/functions.h"

namespace gradd::cpu::GRADD_ISA {

FormulaTable Formulas();

}  // namespace gradd::cpu::GRADD_ISA
