#include "core/device/cuda/op_timer.h"

#include <utility>

#include "core/device/stream.h"

namespace gradd::cuda {

OpTimer::~OpTimer() {
  PutBack(open_);
  for (const Pair& pair : pending_) PutBack(pair);
}

void OpTimer::PutBack(const Pair& pair) {
  pool_.Put(pair.start);
  pool_.Put(pair.end);
}

void OpTimer::Begin() {
  if (pair_count_ < kMostPairs) open_.start = pool_.TakeRecorded();
}

void OpTimer::End() {
  Pair pair = std::exchange(open_, {});
  if (pair.start != nullptr) pair.end = pool_.TakeRecorded();
  if (pair.end != nullptr) {
    ++pair_count_;
  } else {
    PutBack(std::exchange(pair, {}));
  }
  pending_.push_back(pair);
}

std::optional<int64_t> OpTimer::Take() {
  if (pending_.empty()) return std::nullopt;
  const Pair pair = pending_.front();
  int64_t nanos = Stream::kUnknownTime;
  if (pair.end != nullptr) {
    const Events::State state = events_.Query(pair.end);
    if (state == Events::State::kPending) return std::nullopt;
    if (state == Events::State::kDone) nanos = events_.NanosBetween(pair.start, pair.end);
    if (nanos < 0) nanos = Stream::kUnknownTime;
    --pair_count_;
    PutBack(pair);
  }
  pending_.pop_front();
  return nanos;
}

}  // namespace gradd::cuda
