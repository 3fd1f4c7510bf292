#include "core/kernels/cuda/softmax.h"

namespace gradd::cuda {

Kernel SoftmaxKernel() { return {&Softmax}; }

}  // namespace gradd::cuda
