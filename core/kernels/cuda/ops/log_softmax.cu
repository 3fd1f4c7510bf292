#include "core/kernels/cuda/softmax.h"

namespace gradd::cuda {

Kernel LogSoftmaxKernel() { return {&LogSoftmax}; }

}  // namespace gradd::cuda
