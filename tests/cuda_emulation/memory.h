// The memory of the emulated devices, and which bytes of it may be used.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gradd::cuda_emulation {

inline constexpr int kMostDevices = 2;
inline constexpr size_t kDeviceBytes = size_t{8} << 30;

// Uninitialised memory holds bytes 0xCD. Between any two blocks lies memory that belongs to none,
// and addresses are used again as late as can be. Null where `device` has no more. Thread-safe.
void* AllocateOnDevice(int device, size_t bytes);
// Spoils what it held (0xDB). Aborts where no block begins.
void FreeOnDevice(void* block);
// Of blocks that were not freed.
size_t UsedBytes(int device);

// Whose addresses it lies in; -1 outside of all devices.
int DeviceOf(const void* address);
// Whether all bytes are of one block that was not freed.
bool IsUsable(const void* address, size_t bytes);
// Aborts unless they are; `what` uses them. Nothing is of 0 bytes.
void CheckUsable(const void* address, size_t bytes, const char* what);

// Memory of the host that the device reads and writes itself.
void* AllocatePinned(size_t bytes);
void FreePinned(void* memory);
bool IsPinned(const void* address, size_t bytes);

}  // namespace gradd::cuda_emulation
