// Sorting of numbers, with what belongs to each, by cub.
#pragma once

#include "core/kernels/kernel.h"

namespace gradd::cuda {

// Pairs of a key and a place, twice: what is sorted goes back and forth.
class PairSorter {
 public:
  // With workspace for `count` pairs.
  static absl::StatusOr<PairSorter> Make(const KernelCall& call, int64_t count);

  uint64_t* keys() const { return keys_[current_]; }
  int64_t* places() const { return places_[current_]; }
  // Enqueues a stable sort by the lowest `bits` bits of the keys, after which keys() and places()
  // are elsewhere.
  void Sort(int bits);

 private:
  PairSorter(Stream& stream, int64_t count) : stream_(stream), count_(count) {}

  Stream& stream_;
  const int64_t count_;
  uint64_t* keys_[2] = {};
  int64_t* places_[2] = {};
  int current_ = 0;
  void* temporary_ = nullptr;
  size_t temporary_bytes_ = 0;
};

}  // namespace gradd::cuda
