// Where the dimensions of an advanced index go; NumPy's and PyTorch's rules.
#pragma once

#include "absl/status/statusor.h"

#include "core/ops/op.h"
#include "core/spec/tensor_spec.h"

namespace gradd::ops {

// x[i, :, j] for index tensors i and j: they broadcast to one shape, which takes the place of the
// dimensions that they index where these are neighbours, else stands in front.
struct IndexLayout {
  Dims dims;       // the indexed dimensions of the input, ascending
  Dims entries;    // the shape that the index tensors broadcast to
  int before = 0;  // dimensions of the input that stay in front of `entries`
  Dims kept;       // the dimensions of the input that are not indexed, in their order
  Dims shape;      // of the result: kept[0, before), entries, the rest of kept

  bool is_adjacent() const {
    return dims.back() - dims.front() + 1 == static_cast<int64_t>(dims.size());
  }
};

// `dims` is ascending and names one dimension for each index tensor.
absl::StatusOr<IndexLayout> LayOutIndex(const TensorSpec& input, DimsView dims, SpecSpan indices);

}  // namespace gradd::ops
