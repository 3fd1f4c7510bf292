#include "server/session/strand.h"

#include <iterator>
#include <utility>

#include "core/base/clock.h"
#include "core/base/time_slice.h"
#include "server/limits.h"

namespace gradd::server {

void Strand::Post(Work work) {
  {
    MutexLock lock(mutex_);
    queue_.push_back(std::move(work));
    has_queued_.store(true, std::memory_order_relaxed);
    if (scheduled_) return;
    scheduled_ = true;
  }
  AddRef();  // until Run finds nothing more to do
  pool_.Schedule(*this);
}

bool Strand::SliceIsOver() const { return MonotonicNanos() >= slice_end_; }

bool Strand::ShouldYield() const {
  return (pool_.busy() || has_queued_.load(std::memory_order_relaxed)) && SliceIsOver();
}

void Strand::Run() {
  slice_end_ = MonotonicNanos() + absl::ToInt64Nanoseconds(limits::kSlice);
  std::vector<Work> batch;  // local, so that an idle strand holds no memory for it
  for (;;) {
    {
      MutexLock lock(mutex_);
      if (queue_.empty()) {
        scheduled_ = false;
        std::vector<Work>().swap(queue_);
        break;
      }
      batch.swap(queue_);
      has_queued_.store(false, std::memory_order_relaxed);
    }
    for (size_t next = 0; next < batch.size(); ++next) {
      std::exchange(batch[next], nullptr)();
      GiveWay();
      const bool more = next + 1 < batch.size() || has_queued_.load(std::memory_order_relaxed);
      if (!more || !pool_.busy() || !SliceIsOver()) continue;
      {
        MutexLock lock(mutex_);
        queue_.insert(queue_.begin(), std::make_move_iterator(batch.begin() + next + 1),
                      std::make_move_iterator(batch.end()));
        has_queued_.store(true, std::memory_order_relaxed);
      }
      pool_.Schedule(*this);  // still scheduled, and still referenced by the pool
      return;
    }
    batch.clear();
  }
  Release();
}

}  // namespace gradd::server
