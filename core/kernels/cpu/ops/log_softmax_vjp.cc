#include "core/kernels/cpu/softmax.h"

namespace gradd::cpu {

Kernel LogSoftmaxVjpKernel() { return {&LogSoftmaxVjp}; }

}  // namespace gradd::cpu
