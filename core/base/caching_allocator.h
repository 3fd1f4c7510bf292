// Host memory that keeps its pages: what is freed waits in lists for the next request of its size.
//
// Getting 64 MB from the system and touching it for the first time takes longer than copying it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "core/base/mutex.h"

namespace gradd {

// Sizes are rounded up to classes, four to each power of two, so at most a quarter of a block is
// unused, and that is never touched. Small requests are small_memory.h's; those between them and
// the smallest class, and larger ones than the largest, go to malloc and the system.
//
// Blocks come as they were left: with the bytes of whoever had them before, another session
// perhaps.
//
// Thread-safe. A thread mostly meets no other: small blocks wait in one of several shards, a thread
// keeps to its own, and what a shard has too many of goes to the lists for all.
class CachingAllocator {
 public:
  // Of free blocks at most `max_cached_bytes` are kept; the oldest of some class go first.
  explicit CachingAllocator(int64_t max_cached_bytes);
  // REQUIRES: everything was freed.
  ~CachingAllocator();
  CachingAllocator(const CachingAllocator&) = delete;
  CachingAllocator& operator=(const CachingAllocator&) = delete;

  // Aligned as AllocateHost. Null when the system has no more, even after all free blocks went
  // back.
  void* Allocate(size_t bytes);
  // `bytes` as they were given to Allocate.
  void Free(void* memory, size_t bytes);
  // Gives all free blocks back.
  void Trim();
  // Bytes of free blocks.
  int64_t cached_bytes() const;

  // What a request for `bytes` takes; `bytes` itself where the lists have no part.
  static size_t BlockBytes(size_t bytes);

 private:
  static constexpr int kFirstPower = 10, kLastPower = 30;
  static constexpr int kClasses = 4 * (kLastPower - kFirstPower);
  // Shards have the classes of up to 256 KB, and of each class and in all only so much.
  static constexpr int kShardClasses = 4 * (18 - kFirstPower);
  static constexpr size_t kShardBlocks = 16;
  static constexpr int64_t kShardBytes = int64_t{1} << 20;
  static constexpr int kShards = 16;

  struct alignas(64) Shard {
    mutable Mutex mutex;
    std::array<std::vector<void*>, kShardClasses> blocks ABSL_GUARDED_BY(mutex);
    int64_t bytes ABSL_GUARDED_BY(mutex) = 0;
  };

  static int ClassOf(size_t bytes);  // -1: not for the lists
  static size_t ClassBytes(int size_class);
  Shard& ThisThreadsShard();

  void* TakeFree(int size_class);
  // False when the shard has enough.
  bool PutIntoShard(void* block, int size_class);
  void PutIntoCentre(void* block, int size_class);
  // The oldest block of the next class that has one; a class that has `size_class` last of all.
  void* TakeOldest(int size_class, size_t* bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int64_t max_bytes_;
  const std::unique_ptr<Shard[]> shards_;
  mutable Mutex mutex_;
  std::array<std::deque<void*>, kClasses> blocks_ ABSL_GUARDED_BY(mutex_);
  int64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  int next_evicted_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace gradd
