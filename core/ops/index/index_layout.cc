#include "core/ops/index/index_layout.h"

#include <algorithm>

#include "absl/strings/str_join.h"

#include "core/base/status.h"

namespace gradd::ops {
namespace {

absl::Status CheckDims(const TensorSpec& input, DimsView dims, SpecSpan indices) {
  if (indices.empty()) {
    return InvalidArgument("INDEX_COUNT", "at least one index tensor has to be given");
  }
  if (dims.size() != indices.size()) {
    return InvalidArgument("INDEX_COUNT", "expected a dimension for each index tensor, but got ",
                           dims.size(), " for ", indices.size());
  }
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] >= input.rank()) {
      return InvalidArgument("INDEX_COUNT", "too many indices for tensor of dimension ",
                             input.rank());
    }
    if (dims[i] < 0 || (i > 0 && dims[i] <= dims[i - 1])) {
      return InvalidArgument("DIMENSION_ORDER", "indexed dimensions have to be ascending, but got ",
                             ToString(dims));
    }
    if (!IsIntegral(indices[i]->dtype) || indices[i]->weak) {
      return InvalidArgument("DTYPE_MISMATCH",
                             "tensors used as indices must be long, int, byte or bool tensors");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Dims> BroadcastEntries(SpecSpan indices) {
  Dims entries;
  for (const TensorSpec* index : indices) {
    absl::StatusOr<Dims> shape = BroadcastShapes(entries, index->shape);
    if (!shape.ok()) {
      return InvalidArgument(
          "SHAPE_MISMATCH",
          "shape mismatch: indexing tensors could not be broadcast together with shapes ",
          absl::StrJoin(indices, ", ", [](std::string* out, const TensorSpec* spec) {
            out->append(ToString(spec->shape));
          }));
    }
    entries = *std::move(shape);
  }
  return entries;
}

}  // namespace

absl::StatusOr<IndexLayout> LayOutIndex(const TensorSpec& input, DimsView dims, SpecSpan indices) {
  GRADD_RETURN_IF_ERROR(CheckDims(input, dims, indices));
  IndexLayout layout;
  layout.dims.assign(dims.begin(), dims.end());
  GRADD_ASSIGN_OR_RETURN(layout.entries, BroadcastEntries(indices));
  for (int d = 0; d < input.rank(); ++d) {
    if (std::find(dims.begin(), dims.end(), d) == dims.end()) layout.kept.push_back(input.shape[d]);
  }
  layout.before = layout.is_adjacent() ? static_cast<int>(dims[0]) : 0;
  layout.shape = layout.kept;
  layout.shape.insert(layout.shape.begin() + layout.before, layout.entries.begin(),
                      layout.entries.end());
  GRADD_RETURN_IF_ERROR(CheckShape(layout.shape));
  return layout;
}

}  // namespace gradd::ops
