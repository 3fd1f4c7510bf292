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

// Addresses of all devices, each as many.
inline constexpr size_t kAddresses = size_t{64} << 30;
extern char* const kMemory;
// Of every kGranule bytes there, how many may be used: the first ones.
inline constexpr size_t kGranule = 8;
extern uint8_t* const kUsable;

// Whose addresses it lies in; -1 outside of all devices.
inline int DeviceOf(const void* address) {
  const size_t offset = static_cast<const char*>(address) - kMemory;
  return offset < kAddresses * kMostDevices ? static_cast<int>(offset / kAddresses) : -1;
}
// Whether all bytes are of one block that was not freed.
bool IsUsable(const void* address, size_t bytes);
// The same, of bytes within one granule of a device's.
inline bool IsUsableGranule(const void* address, size_t bytes) {
  const size_t at = static_cast<const char*>(address) - kMemory;
  return at % kGranule + bytes <= kUsable[at / kGranule];
}
// Aborts unless they are; `what` uses them. Nothing is of 0 bytes.
void CheckUsable(const void* address, size_t bytes, const char* what);

// Memory of the host that the device reads and writes itself.
void* AllocatePinned(size_t bytes);
void FreePinned(void* memory);
bool IsPinned(const void* address, size_t bytes);

}  // namespace gradd::cuda_emulation
