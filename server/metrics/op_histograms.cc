#include "server/metrics/op_histograms.h"

#include "core/ops/op_table.h"

namespace gradd::server {

bool HistogramAllowance::Take() {
  int left = left_.load(std::memory_order_relaxed);
  while (left > 0 && !left_.compare_exchange_weak(left, left - 1, std::memory_order_relaxed)) {
  }
  return left > 0;
}

OpHistograms::OpHistograms(HistogramAllowance& allowance)
    : op_count_(ObservedOps().size()),
      index_count_(op_count_ * kPhaseCount * kDTypeCount * kKinds * kIndices),
      allowance_(allowance),
      blocks_([count = index_count_ + 1] { return std::make_unique<Block>(count); }) {}

OpHistograms::Key OpHistograms::KeyOf(size_t index) const {
  Key key = {};
  if (index == index_count_) return key;
  key.op = ObservedOps()[index % op_count_];
  index /= op_count_;
  key.phase = static_cast<Phase>(index % kPhaseCount);
  index /= kPhaseCount;
  key.dtype = static_cast<DType>(index % kDTypeCount);
  index /= kDTypeCount;
  key.device = {static_cast<DeviceKind>(index / kIndices), static_cast<int8_t>(index % kIndices)};
  return key;
}

ThreadHistogram& OpHistograms::Make(Block& block, size_t index) {
  MutexLock lock(mutex_);
  seen_.resize(index_count_ + 1);
  const size_t place = seen_[index] || allowance_.Take() ? index : index_count_;
  seen_[place] = true;
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

std::vector<OpHistograms::Entry> OpHistograms::Collect() const {
  std::vector<Entry> entries;
  const std::vector<const Block*> blocks = blocks_.All();
  MutexLock lock(mutex_);
  for (size_t index = 0; index < seen_.size(); ++index) {
    if (!seen_[index]) continue;
    Entry entry{KeyOf(index), {}};
    for (const Block* block : blocks) {
      const ThreadHistogram* histogram = block->histograms[index].load(std::memory_order_acquire);
      if (histogram != nullptr) histogram->AddTo(entry.durations);
    }
    entries.push_back(entry);
  }
  return entries;
}

}  // namespace gradd::server
