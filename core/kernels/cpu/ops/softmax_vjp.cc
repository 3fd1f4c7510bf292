#include "core/kernels/cpu/softmax.h"

namespace gradd::cpu {

Kernel SoftmaxVjpKernel() { return {&SoftmaxVjp}; }

}  // namespace gradd::cpu
