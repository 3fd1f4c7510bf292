// Shapes and strides, counted in elements.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace gradd {

// A list of sizes, strides or dimension numbers. Most tensors have at most four dimensions.
using Dims = absl::InlinedVector<int64_t, 4>;
using DimsView = absl::Span<const int64_t>;

// More dimensions are refused, as PyTorch refuses them.
inline constexpr int kMaxRank = 64;

// Refuses negative sizes, ranks over kMaxRank and element counts that overflow int64.
absl::Status CheckShape(DimsView shape);

// Product of the sizes. REQUIRES: CheckShape(shape) is OK.
inline int64_t ElementCount(DimsView shape) {
  int64_t count = 1;
  for (const int64_t size : shape) count *= size;
  return count;
}

// a == b without the call of memcmp, which takes longer than most lists are long.
inline bool SameDims(DimsView a, DimsView b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

// ElementCount(shape) * item_size, or nothing when it overflows.
std::optional<int64_t> ByteCount(DimsView shape, size_t item_size);

// Row-major strides: the last dimension has stride 1, and sizes of 0 count as 1.
Dims ContiguousStrides(DimsView shape);
// True when walking the elements in row-major order walks memory in steps of one.
inline bool IsContiguous(DimsView shape, DimsView strides) {
  bool in_order = true;
  int64_t expected = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    if (shape[i] == 0) return true;
    if (shape[i] == 1) continue;
    in_order = in_order && strides[i] == expected;
    expected *= shape[i];
  }
  return in_order;
}

// The shape that two shapes broadcast to; NumPy's rule.
absl::StatusOr<Dims> BroadcastShapes(DimsView a, DimsView b);

// `dim` counted from the front, for a tensor of `rank` dimensions; negative ones count from the
// back. A scalar is treated as having one dimension.
absl::StatusOr<int> NormalizeDim(int64_t dim, int rank);

// As NormalizeDim for each, refusing duplicates. An empty list means every dimension.
absl::StatusOr<Dims> NormalizeReductionDims(DimsView dims, int rank);

// Strides that let a tensor of `strides` be read in `to` without copying, if there are any.
std::optional<Dims> ViewStrides(DimsView shape, DimsView strides, DimsView to);

// Resolves one -1 in `shape` so that the element count is `count`.
absl::StatusOr<Dims> ResolveShape(DimsView shape, int64_t count);

// "[2, 3]"
std::string ToString(DimsView dims);
// "torch.Size([2, 3])"
std::string SizeString(DimsView shape);

}  // namespace gradd
