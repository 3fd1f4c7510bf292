#include "client/cpp/host_bytes.h"

namespace gradd {
inline namespace client {

CachingAllocator& HostMemory() {
  // Never destroyed: tensors in static storage may outlive it.
  static auto* const kMemory = new CachingAllocator(kMaxCachedHostBytes);
  return *kMemory;
}

}  // namespace client
}  // namespace gradd
