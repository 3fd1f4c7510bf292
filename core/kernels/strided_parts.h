// StridedIndexes of parts of tensors, for the functors of kernels/functors.
#pragma once

#include "absl/status/statusor.h"

#include "core/kernels/strided_index.h"
#include "core/ops/index/index_layout.h"
#include "core/spec/tensor_spec.h"

namespace gradd {

// Strides of `spec` as it broadcasts to `shape`: 0 where it does.
Dims BroadcastStrides(const TensorSpec& spec, DimsView shape);
// Strides of the dimensions that `layout` keeps, of a tensor like its input.
Dims KeptStrides(const ops::IndexLayout& layout, DimsView strides);

// The list without entry `dim`.
inline Dims WithoutDim(Dims list, int dim) {
  list.erase(list.begin() + dim);
  return list;
}

// Dimensions [begin, end) of a shape with strides. Fails for layouts of more separate dimensions
// than a kernel walks.
absl::StatusOr<StridedIndex> Part(DimsView shape, DimsView strides, size_t begin, size_t end);
// All of them, with strides of 0 where `spec` broadcasts to `shape`.
absl::StatusOr<StridedIndex> Broadcast(const TensorSpec& spec, DimsView shape);

}  // namespace gradd
