#include "client/cpp/lane.h"

#include <algorithm>
#include <utility>

namespace gradd {
inline namespace client {

// The lanes of one thread. Keeps their pools alive, so that an address names one pool only.
struct ThreadLanes {
  struct Entry {
    std::shared_ptr<LanePool> pool;
    Lane* lane;
  };
  std::vector<Entry> entries;

  ~ThreadLanes() {
    for (const Entry& entry : entries) entry.pool->Return(*entry.lane);
  }

  Lane& Find(LanePool& pool) {
    for (const Entry& entry : entries) {
      if (entry.pool.get() == &pool) return *entry.lane;
    }
    entries.erase(std::remove_if(entries.begin(), entries.end(),
                                 [](const Entry& entry) { return entry.pool->closed(); }),
                  entries.end());
    entries.push_back({pool.shared_from_this(), &pool.Borrow()});
    return *entries.back().lane;
  }
};

namespace {
// Without a destructor, so that reading them is a plain load.
thread_local LanePool* last_pool = nullptr;
thread_local Lane* last_lane = nullptr;
}  // namespace

Lane& LanePool::Current() {
  if (last_pool != this) {
    thread_local ThreadLanes lanes;
    last_lane = &lanes.Find(*this);
    last_pool = this;
  }
  return *last_lane;
}

Lane& LanePool::Borrow() {
  MutexLock lock(mutex_);
  if (!idle_.empty()) {
    Lane& lane = *idle_.back();
    idle_.pop_back();
    return lane;
  }
  // Lane 0 is for what belongs to no thread.
  lanes_.push_back(std::make_unique<Lane>(static_cast<uint32_t>(lanes_.size() + 1)));
  return *lanes_.back();
}

void LanePool::Return(Lane& lane) {
  ++lane.epoch;  // a failure that its thread never heard of is not the next one's
  MutexLock lock(mutex_);
  idle_.push_back(&lane);
}

}  // namespace client
}  // namespace gradd
