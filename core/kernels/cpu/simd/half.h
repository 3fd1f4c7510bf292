#pragma once

#include "core/kernels/cpu/simd/half_loops.h"

namespace gradd::cpu::GRADD_ISA {

// Null functions where the instruction set has no conversion of its own.
HalfLoops Halves();

}  // namespace gradd::cpu::GRADD_ISA
