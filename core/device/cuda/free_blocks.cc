#include "core/device/cuda/free_blocks.h"

#include <utility>

namespace gradd::cuda {

// Class 0 holds up to 512 bytes; class 4 k + j + 1 up to (5 + j) / 4 * 2^(kFirstPower + k).
int FreeBlocks::ClassOf(size_t bytes) {
  if (bytes <= (size_t{1} << kFirstPower)) return 0;
  const int power = 63 - __builtin_clzll(bytes - 1);
  const int quarter = static_cast<int>((bytes - 1) >> (power - 2) & 3);
  return 4 * (power - kFirstPower) + quarter + 1;
}

size_t FreeBlocks::ClassBytes(int size_class) {
  if (size_class == 0) return size_t{1} << kFirstPower;
  const int above = size_class - 1;
  return static_cast<size_t>(5 + above % 4) << (kFirstPower - 2 + above / 4);
}

size_t FreeBlocks::BlockBytes(size_t bytes) {
  return bytes > kLargest ? bytes : ClassBytes(ClassOf(bytes));
}

void* FreeBlocks::Take(size_t bytes) {
  if (!keeps_ || bytes > kLargest) return nullptr;
  const int size_class = ClassOf(bytes);
  MutexLock lock(mutex_);
  std::vector<void*>& blocks = blocks_[size_class];
  if (blocks.empty()) return nullptr;
  void* const block = blocks.back();
  blocks.pop_back();
  bytes_ -= static_cast<int64_t>(ClassBytes(size_class));
  return block;
}

bool FreeBlocks::Put(void* block, size_t bytes) {
  if (!keeps_ || bytes > kLargest) return false;
  const int size_class = ClassOf(bytes);
  const auto block_bytes = static_cast<int64_t>(ClassBytes(size_class));
  MutexLock lock(mutex_);
  if (bytes_ + block_bytes > kMostBytes) return false;
  blocks_[size_class].push_back(block);
  bytes_ += block_bytes;
  return true;
}

std::vector<void*> FreeBlocks::TakeAll() {
  std::vector<void*> all;
  MutexLock lock(mutex_);
  for (std::vector<void*>& blocks : blocks_) {
    all.insert(all.end(), blocks.begin(), blocks.end());
    blocks.clear();
  }
  bytes_ = 0;
  return all;
}

int64_t FreeBlocks::bytes() const {
  MutexLock lock(mutex_);
  return bytes_;
}

}  // namespace gradd::cuda
