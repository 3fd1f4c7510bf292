#include "core/kernels/cuda/softmax.h"

namespace gradd::cuda {

Kernel LogSoftmaxVjpKernel() { return {&LogSoftmaxVjp}; }

}  // namespace gradd::cuda
