// Bytes of tensors on this side of the wire.
#pragma once

#include <cstddef>
#include <new>
#include <string>

#include "core/base/caching_allocator.h"

namespace gradd {
inline namespace client {

// What tensors that were fetched leave behind is kept for the next ones, up to this many bytes of
// the process: memory that is new from the system takes as long to get as the data takes to come.
inline constexpr int64_t kMaxCachedHostBytes = int64_t{256} << 20;

CachingAllocator& HostMemory();

template <class T>
struct HostAllocator {
  using value_type = T;

  HostAllocator() = default;
  template <class U>
  HostAllocator(const HostAllocator<U>&) {}  // NOLINT(google-explicit-constructor)

  T* allocate(size_t count) {
    void* const memory = HostMemory().Allocate(count * sizeof(T));
    if (memory == nullptr) throw std::bad_alloc();
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, size_t count) { HostMemory().Free(memory, count * sizeof(T)); }

  template <class U>
  bool operator==(const HostAllocator<U>&) const {
    return true;
  }
};

using HostBytes = std::basic_string<char, std::char_traits<char>, HostAllocator<char>>;

}  // namespace client
}  // namespace gradd
