// Walking several operands of one broadcast shape together.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "absl/types/span.h"

#include "core/kernels/kernel.h"
#include "core/spec/shape.h"

namespace gradd {

// The shape with neighbouring dimensions merged where every operand allows it, and the strides of
// each operand (0 where it broadcasts). Contiguous operands of equal shape come out with rank 1.
template <int N>
struct StridedLoop {
  Dims shape;                   // outermost first; at least one dimension
  std::array<Dims, N> strides;  // in elements
  int64_t count = 0;            // product of shape

  int rank() const { return static_cast<int>(shape.size()); }
};

// The common case, without the general one's work: every operand is row-major of this very shape
// (stride 1), or a single element (stride 0). Nothing when it is not so.
template <int N>
std::optional<std::array<int64_t, N>> OneRowStrides(
    DimsView shape, const std::array<const TensorSpec*, N>& operands) {
  std::array<int64_t, N> strides;
  for (int k = 0; k < N; ++k) {
    const TensorSpec& spec = *operands[k];
    if (spec.shape.empty()) {
      strides[k] = 0;
    } else if (SameDims(spec.shape, shape) &&
               ((k > 0 && strides[0] == 1 && SameDims(spec.strides, operands[0]->strides)) ||
                spec.IsContiguous())) {
      strides[k] = 1;
    } else {
      return std::nullopt;
    }
  }
  return strides;
}

// `operands[k]` broadcasts to `shape`.
template <int N>
StridedLoop<N> MakeStridedLoop(DimsView shape, const std::array<const TensorSpec*, N>& operands) {
  StridedLoop<N> loop;
  loop.count = ElementCount(shape);
  if (const auto one_row = OneRowStrides<N>(shape, operands)) {
    loop.shape.push_back(loop.count);
    for (int k = 0; k < N; ++k) loop.strides[k].push_back((*one_row)[k]);
    return loop;
  }
  const auto stride_at = [&](int k, size_t d) -> int64_t {
    const TensorSpec& spec = *operands[k];
    const size_t added = shape.size() - spec.shape.size();
    return d < added || (spec.shape[d - added] == 1 && shape[d] != 1) ? 0 : spec.strides[d - added];
  };
  for (size_t d = 0; d < shape.size(); ++d) {
    if (shape[d] == 1) continue;
    bool mergeable = !loop.shape.empty();
    for (int k = 0; k < N && mergeable; ++k) {
      mergeable = loop.strides[k].back() == stride_at(k, d) * shape[d];
    }
    if (mergeable) {
      loop.shape.back() *= shape[d];
      for (int k = 0; k < N; ++k) loop.strides[k].back() = stride_at(k, d);
    } else {
      loop.shape.push_back(shape[d]);
      for (int k = 0; k < N; ++k) loop.strides[k].push_back(stride_at(k, d));
    }
  }
  if (loop.shape.empty()) {
    loop.shape.push_back(1);
    for (int k = 0; k < N; ++k) loop.strides[k].push_back(0);
  }
  return loop;
}

// Calls `row(offsets, strides, length)` for the innermost rows [first, last), counted in row-major
// order; offsets and strides in elements. REQUIRES: first < last.
template <int N, class Row>
void ForEachRowIn(const StridedLoop<N>& loop, int64_t first, int64_t last, const Row& row) {
  const int inner = loop.rank() - 1;
  std::array<int64_t, N> offsets = {};
  std::array<int64_t, N> strides;
  for (int k = 0; k < N; ++k) strides[k] = loop.strides[k][inner];
  Dims index(inner, 0);
  int64_t left = first;
  for (int d = inner - 1; d >= 0 && left != 0; --d) {
    index[d] = left % loop.shape[d];
    left /= loop.shape[d];
    for (int k = 0; k < N; ++k) offsets[k] += index[d] * loop.strides[k][d];
  }
  for (int64_t done = first;;) {
    row(offsets, strides, loop.shape[inner]);
    if (++done == last) return;
    for (int d = inner - 1; d >= 0; --d) {
      for (int k = 0; k < N; ++k) offsets[k] += loop.strides[k][d];
      if (++index[d] < loop.shape[d]) break;
      for (int k = 0; k < N; ++k) offsets[k] -= loop.strides[k][d] * loop.shape[d];
      index[d] = 0;
    }
  }
}

// All of them.
template <int N, class Row>
void ForEachRow(const StridedLoop<N>& loop, const Row& row) {
  if (loop.count == 0) return;
  ForEachRowIn(loop, 0, loop.count / loop.shape.back(), row);
}

}  // namespace gradd
