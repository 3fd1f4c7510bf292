#include "core/kernels/strided_parts.h"

#include <algorithm>

#include "core/base/status.h"

namespace gradd {

Dims BroadcastStrides(const TensorSpec& spec, DimsView shape) {
  Dims strides(shape.size(), 0);
  const size_t added = shape.size() - spec.shape.size();
  for (size_t d = 0; d < spec.shape.size(); ++d) {
    if (spec.shape[d] == shape[d + added]) strides[d + added] = spec.strides[d];
  }
  return strides;
}

Dims KeptStrides(const ops::IndexLayout& layout, DimsView strides) {
  Dims kept;
  for (size_t d = 0; d < strides.size(); ++d) {
    const auto dim = static_cast<int64_t>(d);
    if (std::find(layout.dims.begin(), layout.dims.end(), dim) == layout.dims.end()) {
      kept.push_back(strides[d]);
    }
  }
  return kept;
}

absl::StatusOr<StridedIndex> Part(DimsView shape, DimsView strides, size_t begin, size_t end) {
  StridedIndex index;
  if (!StridedIndex::Make(shape.subspan(begin, end - begin), strides.subspan(begin, end - begin),
                          index)) {
    return Unimplemented("LAYOUT_UNSUPPORTED", "tensor has a layout of more than ",
                         StridedIndex::kMaxMerged, " separate dimensions");
  }
  return index;
}

absl::StatusOr<StridedIndex> Broadcast(const TensorSpec& spec, DimsView shape) {
  return Part(shape, BroadcastStrides(spec, shape), 0, shape.size());
}

}  // namespace gradd
