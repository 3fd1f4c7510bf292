// The devices, and what of them a thread uses.
#pragma once

namespace gradd::cuda_emulation {

// One; two where the environment variable GRADD_EMULATED_DEVICES says so.
int DeviceCount();
// Of the calling thread.
int CurrentDevice();
// Whether kernels and copies of `reader` reach the memory of `owner`.
bool HasAccess(int reader, int owner);
void AllowAccess(int reader, int owner);

}  // namespace gradd::cuda_emulation
