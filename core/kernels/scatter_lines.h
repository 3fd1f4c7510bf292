// The functor of scatter and scatter_add over the lines along the indexed dimension, for every
// backend to launch.
#pragma once

#include "absl/status/statusor.h"

#include "core/base/status.h"
#include "core/kernels/functors/index_elements.h"
#include "core/kernels/kernel.h"
#include "core/kernels/strided_parts.h"
#include "core/ops/index/element_index.h"

namespace gradd {

template <class T, bool kAdds>
struct ScatterLines {
  ScatterElements<T, kAdds> elements;  // called with the number of a line
  int64_t count = 0;                   // of lines
};

// `distances` are those of `index` in the output along `at`'s dimension, contiguous;
// `source_spec` has the shape that is read with them.
template <class T, bool kAdds>
absl::StatusOr<ScatterLines<T, kAdds>> LayOutScatter(
    const KernelCall& call, const KernelArgument& source, const TensorSpec& source_spec,
    const ops::ElementIndex& at, const TensorSpec& index, const int64_t* distances) {
  const Dims shape = WithoutDim(index.shape, at.dim);
  const auto lines_of = [&](const Dims& strides) {
    return Part(shape, WithoutDim(strides, at.dim), 0, shape.size());
  };
  const Dims packed = ContiguousStrides(index.shape);
  ScatterLines<T, kAdds> lines = {};
  lines.count = ElementCount(shape);
  ScatterElements<T, kAdds>& elements = lines.elements;
  elements.out = call.outputs[0].as<T>();
  elements.source = source.as<const T>();
  GRADD_ASSIGN_OR_RETURN(elements.out_lines, lines_of(at.spec.strides));
  GRADD_ASSIGN_OR_RETURN(elements.source_lines, lines_of(source_spec.strides));
  GRADD_ASSIGN_OR_RETURN(elements.distance_lines, lines_of(packed));
  elements.source_stride = source_spec.strides[at.dim];
  elements.distance_stride = packed[at.dim];
  elements.length = index.shape[at.dim];
  elements.distances = distances;
  elements.error = call.index_error;
  return lines;
}

}  // namespace gradd
