// Blocks that one stream has freed, waiting for its next request of their size.
//
// The driver's pool orders frees and allocations of all streams, which costs it about a microsecond
// each. A block that comes back to the stream that freed it needs no ordering at all: work of the
// old user was enqueued before any of the new one's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/mutex.h"

namespace gradd::cuda {

// Thread-safe: buffers that outlive a session are freed by other threads. Knows nothing of CUDA.
class FreeBlocks {
 public:
  // Larger requests go to the pool each time: beside their work its cost does not show, and what
  // waited here no other stream could have.
  static constexpr size_t kLargest = size_t{1} << 20;
  static constexpr int64_t kMostBytes = int64_t{32} << 20;

  // With false nothing is kept and blocks are as large as what was asked for, so that tools that
  // watch memory see what is wrong.
  explicit FreeBlocks(bool keeps = true) : keeps_(keeps) {}

  // What a request for `bytes` takes: four sizes to each power of two, 512 at least.
  static size_t BlockBytes(size_t bytes);
  size_t BlockFor(size_t bytes) const { return keeps_ ? BlockBytes(bytes) : bytes; }

  // A block for `bytes`; null when none waits.
  void* Take(size_t bytes);
  // False when the block is not for these lists, or they hold enough: then it stays the caller's.
  bool Put(void* block, size_t bytes);
  // All of them; they are the caller's.
  std::vector<void*> TakeAll();
  // Bytes of the blocks that wait.
  int64_t bytes() const;

 private:
  static constexpr int kFirstPower = 9, kLastPower = 20;
  static constexpr int kClasses = 4 * (kLastPower - kFirstPower) + 1;
  static int ClassOf(size_t bytes);  // REQUIRES: bytes <= kLargest
  static size_t ClassBytes(int size_class);

  const bool keeps_;
  mutable Mutex mutex_;
  std::array<std::vector<void*>, kClasses> blocks_ ABSL_GUARDED_BY(mutex_);
  int64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace gradd::cuda
