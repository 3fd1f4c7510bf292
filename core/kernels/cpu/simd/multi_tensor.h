#pragma once

#include "core/kernels/cpu/simd/multi_tensor_loops.h"

namespace gradd::cpu::GRADD_ISA {

MultiTensorLoops MultiTensor();

}  // namespace gradd::cpu::GRADD_ISA
