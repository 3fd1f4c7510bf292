// Looks at each access of memory by kernels, as compute-sanitizer's memcheck does: the compiler
// puts a call before each (-fsanitize=kernel-address).
#pragma once

namespace gradd::cuda_emulation {

// Kernels may use the variables of the library that `kernel` is in: what blocks share is there.
void AllowModule(const void* kernel);

}  // namespace gradd::cuda_emulation
