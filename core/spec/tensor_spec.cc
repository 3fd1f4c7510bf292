#include "core/spec/tensor_spec.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace gradd {

bool TensorSpec::HasOverlap() const {
  if (element_count() <= 1) return false;
  // Sorted by stride, each dimension has to step over everything that the smaller ones reach.
  // Exact for every layout that views can make; as_strided is held to the same rule.
  absl::InlinedVector<std::pair<int64_t, int64_t>, 4> dims;  // (stride, size)
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] > 1) dims.emplace_back(strides[i], shape[i]);
  }
  std::sort(dims.begin(), dims.end());
  int64_t reach = 0;
  for (const auto& [stride, size] : dims) {
    if (stride <= reach) return true;
    reach += stride * (size - 1);
  }
  return false;
}

std::string ToString(const TensorSpec& spec) {
  return absl::StrCat(Name(spec.dtype), ToString(spec.shape));
}

int64_t StorageExtent(const TensorSpec& spec) {
  int64_t last = spec.offset;
  for (size_t i = 0; i < spec.shape.size(); ++i) {
    if (spec.shape[i] == 0) return 0;
    last += (spec.shape[i] - 1) * spec.strides[i];
  }
  return last + 1;
}

}  // namespace gradd
