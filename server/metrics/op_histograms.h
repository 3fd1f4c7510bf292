// A histogram for each op, phase, device and dtype, counted by many threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "core/base/mutex.h"
#include "core/ops/observer.h"
#include "core/ops/op.h"
#include "server/metrics/histogram.h"
#include "server/metrics/per_thread.h"

namespace gradd::server {

// How many histograms may still be made, of all who share it. Thread-safe.
class HistogramAllowance {
 public:
  explicit HistogramAllowance(int count) : left_(count) {}
  bool Take();

 private:
  std::atomic<int> left_;
};

// Each thread counts in memory of its own, so counting costs no lock, no lookup by name and, once
// its combination was seen by the thread, no allocation. Who reads sums over the threads. Takes
// next to no memory until the first count.
class OpHistograms {
 public:
  // Of `allowance` each combination takes one histogram; those that get none are counted together.
  explicit OpHistograms(HistogramAllowance& allowance);

  struct Key {
    const Op* op;
    Phase phase;
    DeviceId device;
    DType dtype;
  };
  void Count(const Key& key, uint64_t nanos);

  struct Entry {
    Key key;  // `op` null: what is counted together
    HistogramSnapshot durations;
  };
  std::vector<Entry> Collect() const;

 private:
  // Devices beyond these share the last one's place.
  static constexpr size_t kKinds = 3;
  static constexpr size_t kIndices = 16;

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
  size_t IndexOf(const Key& key) const;
  Key KeyOf(size_t index) const;

  const size_t op_count_;
  const size_t index_count_;  // and one more, for what is counted together
  HistogramAllowance& allowance_;
  PerThread<Block> blocks_;
  mutable Mutex mutex_;
  std::vector<bool> seen_ ABSL_GUARDED_BY(mutex_);  // empty until there is something
};

// Both are a part of every op, so they are seen where they are called.

inline size_t OpHistograms::IndexOf(const Key& key) const {
  const size_t device = static_cast<size_t>(key.device.kind) * kIndices +
                        std::min<size_t>(static_cast<uint8_t>(key.device.index), kIndices - 1);
  // Ops innermost: a thread touches few devices and dtypes, and so few pages of its table.
  return ((device * kDTypeCount + static_cast<size_t>(key.dtype)) * kPhaseCount +
          static_cast<size_t>(key.phase)) *
             op_count_ +
         static_cast<size_t>(key.op->index);
}

inline void OpHistograms::Count(const Key& key, uint64_t nanos) {
  Block& block = blocks_.Mine();
  const size_t index = IndexOf(key);
  ThreadHistogram* histogram = block.histograms[index].load(std::memory_order_relaxed);
  if (histogram == nullptr) histogram = &Make(block, index);
  histogram->Count(nanos);
}

}  // namespace gradd::server
