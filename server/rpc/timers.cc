#include "server/rpc/timers.h"

#include <utility>
#include <vector>

namespace gradd::server {

Timers::Timers(Clock& clock) : clock_(clock) {
  thread_ = std::thread([this] { Run(); });
}

Timers::~Timers() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  stop_.NotifyAll();
  thread_.join();
}

Timers::Id Timers::Set(absl::Time time, RefPtr<CallHandler> handler) {
  MutexLock lock(mutex_);
  const Id id = {time, ++last_};
  timers_.insert({time, id.number, std::move(handler)});
  return id;
}

void Timers::Clear(Id& id) {
  if (id.number == 0) return;
  RefPtr<CallHandler> dropped;  // outside of the lock
  MutexLock lock(mutex_);
  const auto found = timers_.find({id.time, id.number, nullptr});
  if (found != timers_.end()) dropped = std::move(timers_.extract(found).value().handler);
  id.number = 0;
}

void Timers::Run() {
  std::vector<RefPtr<CallHandler>> due;
  for (;;) {
    {
      MutexLock lock(mutex_);
      if (!stopping_) stop_.WaitFor(mutex_, absl::ToChronoNanoseconds(kTick));
      if (stopping_) return;
      const absl::Time now = clock_.Now();
      while (!timers_.empty() && timers_.begin()->time <= now) {
        due.push_back(std::move(timers_.extract(timers_.begin()).value().handler));
      }
    }
    for (const RefPtr<CallHandler>& handler : due) handler->OnTimer();
    due.clear();
  }
}

}  // namespace gradd::server
