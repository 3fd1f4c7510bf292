// The processor's kernels; device/sim runs them too.
#pragma once

#include "core/kernels/kernel.h"

namespace gradd::cpu {

// Complete for every op but views. Built once, then constant.
const KernelTable& CpuKernels();

// All pointwise ops, from their formulas.
void RegisterPointwise(KernelTable& table);
// One for each file core/kernels/cpu/ops/<op>.cc; the body is generated.
void RegisterOps(KernelTable& table);

}  // namespace gradd::cpu
