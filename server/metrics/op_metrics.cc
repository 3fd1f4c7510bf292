#include "server/metrics/op_metrics.h"

#include <algorithm>

#include "core/base/clock.h"
#include "core/ops/op_table.h"

namespace gradd::server {
namespace {

// Devices beyond these share the last one's place.
constexpr size_t kKinds = 3;
constexpr size_t kIndices = 16;

}  // namespace

OpMetrics::OpMetrics(int max_histograms)
    : nanos_per_tick_(NanosPerTick()),
      op_count_(ObservedOps().size()),
      index_count_(op_count_ * kPhaseCount * kDTypeCount * kKinds * kIndices),
      max_histograms_(max_histograms),
      blocks_([count = index_count_ + 1] { return std::make_unique<Block>(count); }),
      seen_(index_count_ + 1) {}

OpMetrics::~OpMetrics() = default;

size_t OpMetrics::IndexOf(const OpEvent& event) const {
  const size_t device = static_cast<size_t>(event.device.kind) * kIndices +
                        std::min<size_t>(static_cast<uint8_t>(event.device.index), kIndices - 1);
  // Ops innermost: a thread touches few devices and dtypes, and so few pages of its table.
  return ((device * kDTypeCount + static_cast<size_t>(event.dtype)) * kPhaseCount +
          static_cast<size_t>(event.phase)) *
             op_count_ +
         static_cast<size_t>(event.op.index);
}

OpMetrics::Entry OpMetrics::EntryOf(size_t index) const {
  Entry entry = {};
  if (index == index_count_) return entry;
  entry.op = ObservedOps()[index % op_count_];
  index /= op_count_;
  entry.phase = static_cast<Phase>(index % kPhaseCount);
  index /= kPhaseCount;
  entry.dtype = static_cast<DType>(index % kDTypeCount);
  index /= kDTypeCount;
  entry.device = {static_cast<DeviceKind>(index / kIndices), static_cast<int8_t>(index % kIndices)};
  return entry;
}

void OpMetrics::OnOp(const OpEvent& event) {
  Block& block = blocks_.Mine();
  const size_t index = IndexOf(event);
  ThreadHistogram* histogram = block.histograms[index].load(std::memory_order_relaxed);
  if (histogram == nullptr) histogram = &Make(block, index);
  histogram->Count(static_cast<uint64_t>(static_cast<double>(event.end_ticks - event.start_ticks) *
                                         nanos_per_tick_));
}

ThreadHistogram& OpMetrics::Make(Block& block, size_t index) {
  MutexLock lock(mutex_);
  size_t place = index;
  if (!seen_[index]) {
    if (seen_count_ < max_histograms_) {
      seen_[index] = true;
      ++seen_count_;
    } else {
      place = index_count_;
      seen_[place] = true;
    }
  }
  ThreadHistogram* histogram = block.histograms[place].load(std::memory_order_relaxed);
  if (histogram == nullptr) {
    block.owned.push_back(std::make_unique<ThreadHistogram>());
    histogram = block.owned.back().get();
    block.histograms[place].store(histogram, std::memory_order_release);
  }
  // Found at once the next time, wherever it is counted. Collect reads only places that were seen.
  if (place != index) block.histograms[index].store(histogram, std::memory_order_release);
  return *histogram;
}

std::vector<OpMetrics::Entry> OpMetrics::Collect() const {
  std::vector<Entry> entries;
  const std::vector<const Block*> blocks = blocks_.All();
  MutexLock lock(mutex_);
  for (size_t index = 0; index <= index_count_; ++index) {
    if (!seen_[index]) continue;
    Entry entry = EntryOf(index);
    for (const Block* block : blocks) {
      const ThreadHistogram* histogram = block->histograms[index].load(std::memory_order_acquire);
      if (histogram != nullptr) histogram->AddTo(entry.durations);
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace gradd::server
