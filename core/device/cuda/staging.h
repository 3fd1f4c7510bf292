// Small copies of one stream between pageable host memory and the device, through pinned memory.
//
// An asynchronous copy that the driver is given pageable memory for may wait for the device. One
// from pinned memory never does, and what it was copied from may go at once.
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/mutex.h"

namespace gradd::cuda {

// Pinned blocks of one device, kept as long as it: pinning memory takes long, and so does
// unpinning, which waits for the device too. Thread-safe.
class PinnedBlocks {
 public:
  static constexpr size_t kBytes = size_t{256} << 10;

  PinnedBlocks() = default;
  // REQUIRES: all blocks were put back, which nothing enqueued will do.
  ~PinnedBlocks();
  PinnedBlocks(const PinnedBlocks&) = delete;

  // Null when the system pins no more.
  void* Take();
  void Put(void* block);

 private:
  Mutex mutex_;
  std::vector<void*> free_ ABSL_GUARDED_BY(mutex_);
};

// One stream's block and what of it is in use. Used by the thread that enqueues.
class Staging {
 public:
  // Larger copies go without: copying them twice on the host costs more than it saves.
  static constexpr size_t kLargest = size_t{32} << 10;

  explicit Staging(PinnedBlocks& pinned) : pinned_(pinned) {}

  // Room for `bytes`; null where there is none before the next Finish.
  void* Claim(size_t bytes);
  // At the next Finish `bytes` are copied from `from`, claimed before, to `to`.
  void CopyOutLater(void* to, const void* from, size_t bytes);
  // REQUIRES: the stream has done all its work.
  void Finish();
  // Forgets what was to be copied out: the bytes will never come, and nobody waits for them.
  void Discard();
  // The block, if any: whoever asks gives it back to `pinned` once the stream is done with it.
  void* block() const { return block_; }
  PinnedBlocks& pinned() const { return pinned_; }

 private:
  struct CopyOut {
    void* to;
    const void* from;
    size_t bytes;
  };

  PinnedBlocks& pinned_;
  char* block_ = nullptr;
  size_t used_ = 0;
  std::vector<CopyOut> copies_out_;
};

}  // namespace gradd::cuda
