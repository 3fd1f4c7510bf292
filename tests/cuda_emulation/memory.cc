#include "tests/cuda_emulation/memory.h"

#include <sys/mman.h>

#include <array>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <unordered_map>

#include "tests/cuda_emulation/report.h"

namespace gradd::cuda_emulation {
namespace {

// Blocks begin at odd multiples of 256 bytes, no more aligned than is promised.
constexpr size_t kAlignment = 256, kStep = 512;
constexpr size_t kLarge = size_t{1} << 20;
constexpr size_t kFilled = size_t{256} << 20;  // larger blocks are zero rather than garbage
constexpr size_t kWaiting = 64;                // freed blocks of a size, before one is used again

struct Arena {
  std::mutex mutex;
  struct Device {
    size_t taken = kAlignment;
    size_t used = 0;
    std::unordered_map<size_t, std::deque<char*>> freed;  // by size, with the gap
  };
  std::array<Device, kMostDevices> devices;
  std::unordered_map<void*, size_t> blocks;
  std::map<uintptr_t, size_t> pinned;
};

Arena& TheArena() {
  static Arena* const kArena = new Arena;
  return *kArena;
}

void SetUsable(char* block, size_t bytes, bool is_usable) {
  uint8_t* const usable = kUsable + (block - kMemory) / kGranule;
  std::memset(usable, is_usable ? kGranule : 0, bytes / kGranule);
  if (bytes % kGranule != 0) usable[bytes / kGranule] = is_usable ? bytes % kGranule : 0;
}

// With the gap after it.
size_t Room(size_t bytes) { return (bytes + kAlignment + kStep - 1) / kStep * kStep; }

}  // namespace

char* const kMemory = static_cast<char*>(Reserve(kAddresses * kMostDevices));
uint8_t* const kUsable = static_cast<uint8_t*>(Reserve(kAddresses * kMostDevices / kGranule));

void* AllocateOnDevice(int device, size_t bytes) {
  Arena& arena = TheArena();
  std::lock_guard<std::mutex> lock(arena.mutex);
  Arena::Device& on = arena.devices[device];
  if (bytes == 0 || bytes > kDeviceBytes || on.used + bytes > kDeviceBytes) return nullptr;
  const size_t room = Room(bytes);
  char* block = nullptr;
  std::deque<char*>& freed = on.freed[room];
  if (!freed.empty() && (room >= kLarge || freed.size() > kWaiting)) {
    block = freed.front();
    freed.pop_front();
  } else {
    if (on.taken + room > kAddresses) Fail("all addresses of a device were used");
    block = kMemory + device * kAddresses + on.taken;
    on.taken += room;
  }
  on.used += bytes;
  arena.blocks[block] = bytes;
  SetUsable(block, bytes, true);
  if (bytes <= kFilled) std::memset(block, 0xCD, bytes);
  return block;
}

void FreeOnDevice(void* block) {
  Arena& arena = TheArena();
  std::lock_guard<std::mutex> lock(arena.mutex);
  const auto found = arena.blocks.find(block);
  if (found == arena.blocks.end()) Fail("%p is freed, but no block begins there", block);
  const size_t bytes = found->second;
  arena.blocks.erase(found);
  SetUsable(static_cast<char*>(block), bytes, false);
  Arena::Device& on = arena.devices[DeviceOf(block)];
  if (bytes < kLarge) {
    std::memset(block, 0xDB, bytes);
  } else {
    const uintptr_t begin = (reinterpret_cast<uintptr_t>(block) + 4095) / 4096 * 4096;
    const uintptr_t end = (reinterpret_cast<uintptr_t>(block) + bytes) / 4096 * 4096;
    madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
  on.used -= bytes;
  on.freed[Room(bytes)].push_back(static_cast<char*>(block));
}

size_t UsedBytes(int device) {
  Arena& arena = TheArena();
  std::lock_guard<std::mutex> lock(arena.mutex);
  return arena.devices[device].used;
}

// Reads what others may be writing: bytes of blocks that live do not change.
bool IsUsable(const void* address, size_t bytes) {
  size_t at = static_cast<const char*>(address) - kMemory;
  if (at >= kAddresses * kMostDevices) return false;
  const size_t end = at + bytes;
  while (at < end) {
    const size_t granule = at / kGranule;
    const size_t to = end < (granule + 1) * kGranule ? end - granule * kGranule : kGranule;
    if (to > kUsable[granule]) return false;
    at = (granule + 1) * kGranule;
  }
  return true;
}

void CheckUsable(const void* address, size_t bytes, const char* what) {
  if (bytes == 0 || IsUsable(address, bytes)) return;
  if (DeviceOf(address) < 0) Fail("%s %p, which is no memory of a device", what, address);
  Fail("%s %zu bytes at %p, beyond a block or after it was freed", what, bytes, address);
}

void* AllocatePinned(size_t bytes) {
  Arena& arena = TheArena();
  void* const memory = Reserve(bytes);
  std::lock_guard<std::mutex> lock(arena.mutex);
  arena.pinned[reinterpret_cast<uintptr_t>(memory)] = bytes;
  return memory;
}

void FreePinned(void* memory) {
  Arena& arena = TheArena();
  std::lock_guard<std::mutex> lock(arena.mutex);
  const auto found = arena.pinned.find(reinterpret_cast<uintptr_t>(memory));
  if (found == arena.pinned.end()) Fail("%p is unpinned, but was not pinned", memory);
  munmap(memory, found->second);
  arena.pinned.erase(found);
}

bool IsPinned(const void* address, size_t bytes) {
  Arena& arena = TheArena();
  const auto at = reinterpret_cast<uintptr_t>(address);
  std::lock_guard<std::mutex> lock(arena.mutex);
  auto after = arena.pinned.upper_bound(at);
  if (after == arena.pinned.begin()) return false;
  --after;
  return at + bytes <= after->first + after->second;
}

}  // namespace gradd::cuda_emulation
