// Memory of each thread's own, which others may read.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "core/base/mutex.h"

namespace gradd::server {

// A Block for each thread that asked for one, made when it first did; it stays when the thread
// ends. A thread finds its own again without a lock.
template <class Block>
class PerThread {
 public:
  explicit PerThread(std::function<std::unique_ptr<Block>()> make)
      : id_(last_id.fetch_add(1) + 1), make_(std::move(make)) {}

  Block& Mine() { return current_owner == id_ ? *current_block : Find(); }

  std::vector<const Block*> All() const {
    MutexLock lock(mutex_);
    std::vector<const Block*> all;
    all.reserve(blocks_.size());
    for (const std::unique_ptr<Block>& block : blocks_) all.push_back(block.get());
    return all;
  }

 private:
  Block& Find() {
    current_owner = id_;
    for (const auto& [owner, block] : all_blocks) {
      if (owner != id_) continue;
      current_block = block;
      return *block;
    }
    MutexLock lock(mutex_);
    blocks_.push_back(make_());
    current_block = blocks_.back().get();
    all_blocks.emplace_back(id_, current_block);
    return *current_block;
  }

  inline static std::atomic<uint64_t> last_id{0};
  // The block that this thread used last, and whose it is.
  inline static thread_local uint64_t current_owner = 0;
  inline static thread_local Block* current_block = nullptr;
  // All of the thread's blocks; there are few.
  inline static thread_local std::vector<std::pair<uint64_t, Block*>> all_blocks;

  const uint64_t id_;  // of this object, among all that ever were
  const std::function<std::unique_ptr<Block>()> make_;
  mutable Mutex mutex_;
  std::vector<std::unique_ptr<Block>> blocks_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace gradd::server
