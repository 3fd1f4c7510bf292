// The kernels of devices "cuda:N".
#pragma once

#include "core/kernels/kernel.h"

namespace gradd::cuda {

// Built once, then constant.
const KernelTable& CudaKernels();

// All pointwise ops, from their formulas.
void RegisterPointwise(KernelTable& table);
// One for each file core/kernels/cuda/ops/<op>.cu; the body is generated.
void RegisterOps(KernelTable& table);

}  // namespace gradd::cuda
