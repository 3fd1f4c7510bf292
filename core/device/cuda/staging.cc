#include "core/device/cuda/staging.h"

#include <cuda_runtime_api.h>

#include <cstring>

namespace gradd::cuda {
namespace {
// Of every claim, so that each copy begins where a bus likes it to.
constexpr size_t kAlignment = 64;
}  // namespace

PinnedBlocks::~PinnedBlocks() {
  for (void* const block : free_) (void)cudaFreeHost(block);
}

void* PinnedBlocks::Take() {
  {
    MutexLock lock(mutex_);
    if (!free_.empty()) {
      void* const block = free_.back();
      free_.pop_back();
      return block;
    }
  }
  void* block = nullptr;
  if (cudaHostAlloc(&block, kBytes, cudaHostAllocPortable) == cudaSuccess) return block;
  (void)cudaGetLastError();  // copies go without
  return nullptr;
}

void PinnedBlocks::Put(void* block) {
  MutexLock lock(mutex_);
  free_.push_back(block);
}

void* Staging::Claim(size_t bytes) {
  if (bytes > kLargest) return nullptr;
  if (block_ == nullptr) block_ = static_cast<char*>(pinned_.Take());
  const size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  if (block_ == nullptr || used_ + rounded > PinnedBlocks::kBytes) return nullptr;
  char* const room = block_ + used_;
  used_ += rounded;
  return room;
}

void Staging::CopyOutLater(void* to, const void* from, size_t bytes) {
  copies_out_.push_back({to, from, bytes});
}

void Staging::Finish() {
  for (const CopyOut& copy : copies_out_) std::memcpy(copy.to, copy.from, copy.bytes);
  Discard();
}

void Staging::Discard() {
  copies_out_.clear();
  used_ = 0;
}

}  // namespace gradd::cuda
