#pragma once

#include "core/kernels/cpu/simd/fold_loops.h"

namespace gradd::cpu::GRADD_ISA {

FoldTable Folds();

}  // namespace gradd::cpu::GRADD_ISA
