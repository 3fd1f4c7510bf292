// Runs kernels: blocks one after the other, the threads of a block in turns.
#pragma once

#include <cuda_runtime.h>

namespace gradd::cuda_emulation {

// Runs all of it on the calling thread; only one kernel runs at a time in the process. Threads run
// up to their next barrier, in an order that changes from barrier to barrier and from launch to
// launch, so that results that depend on it show. Threads of a block that wait at different
// barriers, or of which some have ended while others wait, are an error.
void RunKernel(const KernelWork& work, int device);

// Null where none runs on the calling thread.
const KernelWork* RunningKernel();
// On which it runs. REQUIRES: a kernel runs.
int RunningDevice();

}  // namespace gradd::cuda_emulation
