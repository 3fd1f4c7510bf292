// How long each op took, counted so cheaply that it is always on.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "core/base/mutex.h"
#include "core/ops/observer.h"
#include "server/metrics/histogram.h"
#include "server/metrics/per_thread.h"

namespace gradd::server {

// A histogram for each combination of op, phase, device and dtype that was seen.
//
// Each thread counts in memory of its own, so an op costs no lock, no lookup by name and, once its
// combination was seen by the thread, no allocation. Who reads sums over the threads.
class OpMetrics final : public OpObserver {
 public:
  // At most `max_histograms` combinations; those that come later are counted together.
  explicit OpMetrics(int max_histograms);
  ~OpMetrics() override;

  void OnOp(const OpEvent& event) override;

  struct Entry {
    const Op* op;  // null: what is counted together
    Phase phase;
    DeviceId device;
    DType dtype;
    HistogramSnapshot durations;
  };
  std::vector<Entry> Collect() const;

 private:
  // What one thread counted: histograms by index, made when first needed.
  struct Block {
    using Slot = std::atomic<ThreadHistogram*>;
    // calloc: of the large and mostly empty table only what is used takes memory.
    explicit Block(size_t count)
        : histograms(static_cast<Slot*>(std::calloc(count, sizeof(Slot))), &std::free) {}
    std::unique_ptr<Slot[], void (*)(void*)> histograms;
    std::vector<std::unique_ptr<ThreadHistogram>> owned;
  };

  ThreadHistogram& Make(Block& block, size_t index);
  size_t IndexOf(const OpEvent& event) const;
  Entry EntryOf(size_t index) const;

  const double nanos_per_tick_;
  const size_t op_count_;
  const size_t index_count_;  // and one more, for what is counted together
  const int max_histograms_;
  PerThread<Block> blocks_;
  mutable Mutex mutex_;
  std::vector<bool> seen_ ABSL_GUARDED_BY(mutex_);
  int seen_count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace gradd::server
