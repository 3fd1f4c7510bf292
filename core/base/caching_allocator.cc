#include "core/base/caching_allocator.h"

#include <atomic>
#include <utility>

#include "core/base/host_memory.h"
#include "core/base/memory_poison.h"
#include "core/base/small_memory.h"

namespace gradd {

CachingAllocator::CachingAllocator(int64_t max_cached_bytes)
    : max_bytes_(max_cached_bytes), shards_(new Shard[kShards]) {}

CachingAllocator::~CachingAllocator() { Trim(); }

// Class 4 * k + j holds requests of up to (5 + j) / 4 * 2^(kFirstPower + k) bytes.
int CachingAllocator::ClassOf(size_t bytes) {
  if (bytes <= (size_t{1} << kFirstPower) || bytes > (size_t{1} << kLastPower)) return -1;
  const int power = 63 - __builtin_clzll(bytes - 1);
  const int quarter = static_cast<int>((bytes - 1) >> (power - 2) & 3);
  return 4 * (power - kFirstPower) + quarter;
}

size_t CachingAllocator::ClassBytes(int size_class) {
  return static_cast<size_t>(5 + size_class % 4) << (kFirstPower - 2 + size_class / 4);
}

size_t CachingAllocator::BlockBytes(size_t bytes) {
  const int size_class = ClassOf(bytes);
  return size_class < 0 ? bytes : ClassBytes(size_class);
}

CachingAllocator::Shard& CachingAllocator::ThisThreadsShard() {
  static std::atomic<int> threads{0};
  thread_local const int number = threads.fetch_add(1, std::memory_order_relaxed);
  return shards_[number % kShards];
}

void* CachingAllocator::Allocate(size_t bytes) {
  if (bytes <= kMaxSmallBytes) return AllocateSmall(bytes);
  const int size_class = ClassOf(bytes);
  const size_t block_bytes = size_class < 0 ? bytes : ClassBytes(size_class);
  void* block = size_class < 0 ? nullptr : TakeFree(size_class);
  if (block == nullptr) block = AllocateHost(block_bytes);
  if (block == nullptr) {
    Trim();
    block = AllocateHost(block_bytes);
  }
  if (block != nullptr && size_class >= 0) {
    // What the request does not cover stays out of bounds.
    PoisonMemory(block, block_bytes);
    UnpoisonMemory(block, bytes);
  }
  return block;
}

void CachingAllocator::Free(void* memory, size_t bytes) {
  if (bytes <= kMaxSmallBytes) return FreeSmall(memory, bytes);
  const int size_class = ClassOf(bytes);
  if (size_class < 0) return FreeHost(memory);
  PoisonMemory(memory, ClassBytes(size_class));
  if (size_class < kShardClasses && PutIntoShard(memory, size_class)) return;
  PutIntoCentre(memory, size_class);
}

void* CachingAllocator::TakeFree(int size_class) {
  if (size_class < kShardClasses) {
    Shard& shard = ThisThreadsShard();
    MutexLock lock(shard.mutex);
    std::vector<void*>& blocks = shard.blocks[size_class];
    if (!blocks.empty()) {
      void* const block = blocks.back();
      blocks.pop_back();
      shard.bytes -= static_cast<int64_t>(ClassBytes(size_class));
      return block;
    }
  }
  MutexLock lock(mutex_);
  std::deque<void*>& blocks = blocks_[size_class];
  if (blocks.empty()) return nullptr;
  // The one that was freed last is the likeliest to be in a cache of the processor.
  void* const block = blocks.back();
  blocks.pop_back();
  bytes_ -= static_cast<int64_t>(ClassBytes(size_class));
  return block;
}

bool CachingAllocator::PutIntoShard(void* block, int size_class) {
  const auto block_bytes = static_cast<int64_t>(ClassBytes(size_class));
  if (max_bytes_ < kShards * kShardBytes) return false;
  Shard& shard = ThisThreadsShard();
  MutexLock lock(shard.mutex);
  std::vector<void*>& blocks = shard.blocks[size_class];
  if (blocks.size() >= kShardBlocks || shard.bytes + block_bytes > kShardBytes) return false;
  blocks.push_back(block);
  shard.bytes += block_bytes;
  return true;
}

void CachingAllocator::PutIntoCentre(void* block, int size_class) {
  const size_t block_bytes = ClassBytes(size_class);
  std::vector<std::pair<void*, size_t>> evicted;
  {
    MutexLock lock(mutex_);
    const int64_t limit =
        max_bytes_ < kShards * kShardBytes ? max_bytes_ : max_bytes_ - kShards * kShardBytes;
    while (bytes_ > 0 && bytes_ + static_cast<int64_t>(block_bytes) > limit) {
      size_t bytes;
      void* const oldest = TakeOldest(size_class, &bytes);
      evicted.emplace_back(oldest, bytes);
    }
    if (bytes_ + static_cast<int64_t>(block_bytes) > limit) {
      evicted.emplace_back(block, block_bytes);
    } else {
      blocks_[size_class].push_back(block);
      bytes_ += static_cast<int64_t>(block_bytes);
    }
  }
  // Outside of the lock: giving a large block back takes the system a while.
  for (const auto& [memory, bytes] : evicted) {
    UnpoisonMemory(memory, bytes);
    FreeHost(memory);
  }
}

void* CachingAllocator::TakeOldest(int size_class, size_t* bytes) {
  int from = size_class;
  for (int tried = 0; tried < kClasses; ++tried) {
    next_evicted_ = (next_evicted_ + 1) % kClasses;
    if (next_evicted_ != size_class && !blocks_[next_evicted_].empty()) {
      from = next_evicted_;
      break;
    }
  }
  void* const block = blocks_[from].front();
  blocks_[from].pop_front();
  *bytes = ClassBytes(from);
  bytes_ -= static_cast<int64_t>(*bytes);
  return block;
}

void CachingAllocator::Trim() {
  const auto release = [](void* block, int size_class) {
    UnpoisonMemory(block, ClassBytes(size_class));
    FreeHost(block);
  };
  for (int i = 0; i < kShards; ++i) {
    MutexLock lock(shards_[i].mutex);
    for (int size_class = 0; size_class < kShardClasses; ++size_class) {
      for (void* block : shards_[i].blocks[size_class]) release(block, size_class);
      shards_[i].blocks[size_class].clear();
    }
    shards_[i].bytes = 0;
  }
  std::array<std::deque<void*>, kClasses> all;
  {
    MutexLock lock(mutex_);
    all.swap(blocks_);
    bytes_ = 0;
  }
  for (int size_class = 0; size_class < kClasses; ++size_class) {
    for (void* block : all[size_class]) release(block, size_class);
  }
}

int64_t CachingAllocator::cached_bytes() const {
  int64_t bytes = 0;
  for (int i = 0; i < kShards; ++i) {
    MutexLock lock(shards_[i].mutex);
    bytes += shards_[i].bytes;
  }
  MutexLock lock(mutex_);
  return bytes + bytes_;
}

}  // namespace gradd
