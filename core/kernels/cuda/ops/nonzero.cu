#include "core/kernels/cuda/nonzero.h"

namespace gradd::cuda {

Kernel NonzeroKernel() { return {&Nonzero, &CountNonzero}; }

}  // namespace gradd::cuda
