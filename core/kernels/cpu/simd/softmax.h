#pragma once

#include "core/kernels/cpu/simd/softmax_loops.h"

namespace gradd::cpu::GRADD_ISA {

SoftmaxTable Softmaxes();

}  // namespace gradd::cpu::GRADD_ISA
