#include "core/kernels/cpu/softmax.h"

namespace gradd::cpu {

Kernel LogSoftmaxKernel() { return {&LogSoftmax}; }

}  // namespace gradd::cpu
