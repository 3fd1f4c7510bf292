// Events of a stream that does its work when the test says so.
#pragma once

#include <limits>
#include <set>

#include <gtest/gtest.h>

#include "core/device/cuda/events.h"

namespace gradd::cuda {

class FakeEvents final : public Events {
 public:
  ~FakeEvents() override { EXPECT_TRUE(alive_.empty()) << "every event is destroyed"; }

  // A piece of work that takes so long.
  void Enqueue(int64_t nanos) { end_ += nanos; }
  // So much of it is done.
  void RunUntil(int64_t nanos) { now_ = nanos; }
  void RunAll() { now_ = end_; }

  bool can_create = true;
  bool can_record = true;
  bool is_lost = false;
  bool can_tell_time = true;
  int queries = 0;

  size_t alive() const { return alive_.size(); }

  Event Create() override {
    if (!can_create) return nullptr;
    auto* const event = new int64_t(kNever);
    alive_.insert(event);
    return event;
  }
  void Destroy(Event event) override {
    EXPECT_EQ(alive_.erase(event), 1u) << "destroyed once";
    delete static_cast<int64_t*>(event);
  }
  bool Record(Event event) override {
    if (!can_record || is_lost) return false;
    TimeOf(event) = end_;
    return true;
  }
  State Query(Event event) override {
    ++queries;
    EXPECT_NE(TimeOf(event), kNever) << "CUDA takes an event that was never recorded for done";
    if (is_lost) return State::kFailed;
    return TimeOf(event) <= now_ ? State::kDone : State::kPending;
  }
  int64_t NanosBetween(Event start, Event end) override {
    EXPECT_LE(TimeOf(end), now_);
    return can_tell_time ? TimeOf(end) - TimeOf(start) : -1;
  }
  bool IsIdle() override { return is_lost || now_ == end_; }

 private:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::min();

  int64_t& TimeOf(Event event) {
    EXPECT_EQ(alive_.count(event), 1u);
    return *static_cast<int64_t*>(event);
  }

  int64_t now_ = 0, end_ = 0;
  std::set<Event> alive_;
};

}  // namespace gradd::cuda
