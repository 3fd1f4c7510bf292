// A tensor seen as [outer, size, inner] around one dimension.
#pragma once

#include "absl/status/statusor.h"

#include "core/base/status.h"
#include "core/kernels/strided_index.h"
#include "core/spec/tensor_spec.h"

namespace gradd {

struct SlicesOf {
  StridedIndex outer, inner;  // the dimensions before and after
  int64_t outer_count, inner_count;
  int64_t size, stride;  // of the dimension itself

  // `dim` may count from the back. Fails for layouts of more dimensions than a kernel walks.
  static absl::StatusOr<SlicesOf> Make(const TensorSpec& spec, int64_t dim) {
    GRADD_ASSIGN_OR_RETURN(const int d, NormalizeDim(dim, spec.rank()));
    const DimsView shape = spec.shape;
    const DimsView strides = spec.strides;
    SlicesOf slices;
    if (!StridedIndex::Make(shape.first(d), strides.first(d), slices.outer) ||
        !StridedIndex::Make(shape.subspan(d + 1), strides.subspan(d + 1), slices.inner)) {
      return Unimplemented("LAYOUT_UNSUPPORTED", "tensor has a layout of more than ",
                           StridedIndex::kMaxMerged, " separate dimensions");
    }
    slices.outer_count = ElementCount(shape.first(d));
    slices.inner_count = ElementCount(shape.subspan(d + 1));
    slices.size = shape[d];
    slices.stride = strides[d];
    return slices;
  }
};

}  // namespace gradd
