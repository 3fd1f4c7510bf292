// Wakes calls that take too long.
#pragma once

#include <cstdint>
#include <set>
#include <thread>
#include <tuple>

#include "absl/time/time.h"

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/base/ref.h"
#include "server/rpc/call.h"

namespace gradd::server {

// For bounds of seconds: a timer goes off up to kTick late. Thread-safe.
class Timers {
 public:
  static constexpr absl::Duration kTick = absl::Milliseconds(100);

  explicit Timers(Clock& clock);
  // Timers that are still set never go off.
  ~Timers();

  struct Id {
    absl::Time time;
    uint64_t number = 0;  // 0: none
  };
  // Calls handler->OnTimer() once, at `time`.
  Id Set(absl::Time time, RefPtr<CallHandler> handler);
  // Clears `id`. The timer may be going off just now.
  void Clear(Id& id);

 private:
  struct Timer {
    absl::Time time;
    uint64_t number;
    RefPtr<CallHandler> handler;
    bool operator<(const Timer& other) const {
      return std::tie(time, number) < std::tie(other.time, other.number);
    }
  };

  void Run();

  Clock& clock_;
  Mutex mutex_;
  ConditionVariable stop_;
  std::set<Timer> timers_ ABSL_GUARDED_BY(mutex_);
  uint64_t last_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace gradd::server
