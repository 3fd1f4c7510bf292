// Coarse histograms of durations, with bounds at powers of two nanoseconds.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

namespace gradd::server {

// Bucket b counts what is below 2^(kFirstBit + b) nanoseconds and in no lower bucket; the last one
// counts the rest. Of what takes longer, durations are counted as 2^shift times shorter than they
// are, which makes every bound 2^shift times larger.
inline constexpr int kFirstBit = 7;
inline constexpr int kBuckets = 28;

inline int BucketOf(uint64_t nanos) {
  const int bucket = std::bit_width(nanos >> kFirstBit);
  return bucket < kBuckets ? bucket : kBuckets - 1;
}

struct HistogramSnapshot {
  std::array<uint64_t, kBuckets> buckets{};
  uint64_t sum = 0;  // nanoseconds

  void Count(uint64_t nanos, int shift = 0) {
    ++buckets[BucketOf(nanos >> shift)];
    sum += nanos;
  }
};

// Counted by one thread at a time and read by any, which needs no read-modify-write.
class ThreadHistogram {
 public:
  void Count(uint64_t nanos, int shift = 0) {
    Add(buckets_[BucketOf(nanos >> shift)], 1);
    Add(sum_, nanos);
  }
  void AddTo(HistogramSnapshot& snapshot) const {
    for (int b = 0; b < kBuckets; ++b) {
      snapshot.buckets[b] += buckets_[b].load(std::memory_order_relaxed);
    }
    snapshot.sum += sum_.load(std::memory_order_relaxed);
  }

 private:
  static void Add(std::atomic<uint64_t>& count, uint64_t more) {
    count.store(count.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
  }

  std::array<std::atomic<uint64_t>, kBuckets> buckets_{};
  std::atomic<uint64_t> sum_{0};
};

}  // namespace gradd::server
