#include "core/device/cuda/marks.h"

#include <algorithm>

namespace gradd::cuda {

Marks::~Marks() {
  for (const Pending& pending : pending_) pool_.Put(pending.event);
}

uint64_t Marks::Add() {
  ++last_;
  if (pending_.size() == kMostEvents) {
    pool_.Put(pending_.front().event);
    pending_.pop_front();
  }
  const Events::Event event = pool_.TakeRecorded();
  if (event != nullptr) pending_.push_back({last_, event});
  return last_;
}

bool Marks::HasReached(uint64_t mark) {
  if (mark <= reached_) return true;
  // The mark's own event or, where it has none, the next one's.
  const auto first = std::lower_bound(
      pending_.begin(), pending_.end(), mark,
      [](const Pending& pending, uint64_t sought) { return pending.mark < sought; });
  if (first == pending_.end()) {
    if (!events_.IsIdle()) return false;
    reached_ = last_;
    return true;
  }
  if (events_.Query(first->event) == Events::State::kPending) return false;
  reached_ = first->mark;
  while (!pending_.empty() && pending_.front().mark <= reached_) {
    pool_.Put(pending_.front().event);
    pending_.pop_front();
  }
  return true;
}

}  // namespace gradd::cuda
