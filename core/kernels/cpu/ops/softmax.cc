#include "core/kernels/cpu/softmax.h"

namespace gradd::cpu {

Kernel SoftmaxKernel() { return {&Softmax}; }

}  // namespace gradd::cpu
