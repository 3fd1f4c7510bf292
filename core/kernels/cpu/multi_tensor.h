// Multi-tensor work on the processor.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/base/parallel_for.h"
#include "core/kernels/multi_tensor.h"

namespace gradd::cpu {

extern const MultiTensorKernels kMultiTensorKernels;

// Its parts that clip gradients.
void Norms(TensorList list, double order, void* norms);
void ClipFactor(TensorList norms, const ClipNumbers& numbers, void* total, double* factor);
void Scale(TensorList list, const double* factor);
void Clamp(TensorList list, double limit);

// Elements that a thread takes at once.
inline constexpr int64_t kStretch = 16 * 1024;

// Calls body(tensor, begin, end) for stretches that cover all elements of all tensors, by several
// threads where there is enough to do.
template <class Tensor, class Body>
void ForEachStretch(const std::vector<Tensor>& tensors, const Body& body) {
  std::vector<int64_t> ends;  // of each tensor, counted through all of them
  int64_t total = 0;
  for (const Tensor& tensor : tensors) ends.push_back(total += tensor.count);
  ParallelFor(total, kStretch, [&](int64_t begin, int64_t end) {
    size_t i = std::upper_bound(ends.begin(), ends.end(), begin) - ends.begin();
    while (begin < end) {
      const int64_t first = ends[i] - tensors[i].count;
      const int64_t stop = std::min(end, ends[i]);
      if (begin < stop) body(tensors[i], begin - first, stop - first);
      begin = stop;
      ++i;
    }
  });
}

}  // namespace gradd::cpu
