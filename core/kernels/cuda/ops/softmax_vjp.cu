#include "core/kernels/cuda/softmax.h"

namespace gradd::cuda {

Kernel SoftmaxVjpKernel() { return {&SoftmaxVjp}; }

}  // namespace gradd::cuda
