#include <type_traits>
#include <vector>

#include "core/base/status.h"
#include "core/kernels/cuda/copy.h"
#include "core/kernels/cuda/indices.h"
#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/cuda/scatter.h"
#include "core/kernels/cuda/write_runs.h"
#include "core/kernels/scatter_lines.h"
#include "core/kernels/strided_parts.h"
#include "core/ops/index/element_index.h"

namespace gradd::cuda {
namespace {

// Lines no longer than this are left to one thread each, and so are lines that are as many.
constexpr int64_t kShortLine = 32;
constexpr int64_t kManyLines = int64_t{1} << 16;

// Distances along the dimension become places in the whole output, over the flat index.
struct AddLineOffsets {
  StridedIndex lines;  // of the index's shape, with the output's strides and 0 along the dimension
  int64_t* distances;

  __device__ void operator()(int64_t i) const { distances[i] += lines.Offset(i); }
};

template <class T, bool kAdds>
absl::Status LaunchLines(const KernelCall& call, const KernelArgument& source,
                         const TensorSpec& source_spec, const ops::ElementIndex& at,
                         const TensorSpec& index, const int64_t* distances) {
  GRADD_ASSIGN_OR_RETURN(
      const auto lines, (LayOutScatter<T, kAdds>(call, source, source_spec, at, index, distances)));
  ForEach(call.stream, lines.count, lines.elements);
  return absl::OkStatus();
}

absl::Status ScatterRuns(const KernelCall& call, const KernelArgument& source,
                         const TensorSpec& source_spec, const ops::ElementIndex& at,
                         const TensorSpec& index, int64_t* distances, bool adds) {
  Dims strides = at.spec.strides;
  strides[at.dim] = 0;
  GRADD_ASSIGN_OR_RETURN(const StridedIndex lines, Part(index.shape, strides, 0, strides.size()));
  SliceWrites writes;
  GRADD_ASSIGN_OR_RETURN(writes.source_slices,
                         Part(index.shape, source_spec.strides, 0, index.shape.size()));
  writes.places = distances;
  writes.count = index.element_count();
  // Slices are single elements.
  writes.loop.shape = {writes.count};
  writes.loop.strides = {Dims{0}, Dims{1}, Dims{0}};
  writes.loop.count = writes.count;
  ForEach(call.stream, writes.count, AddLineOffsets{lines, distances});
  return WriteRuns(call, writes, source.data, adds);
}

}  // namespace

absl::StatusOr<KernelArgument> AsDType(const KernelCall& call, const KernelArgument& argument) {
  const TensorSpec& output = *call.outputs[0].spec;
  if (argument.spec->dtype == output.dtype) return argument;
  static const auto* const kNumbers = [] {
    auto* specs = new std::vector<TensorSpec>(kDTypeCount);
    for (int i = 0; i < kDTypeCount; ++i) (*specs)[i].dtype = static_cast<DType>(i);
    return specs;
  }();
  KernelArgument number;
  number.spec = &(*kNumbers)[static_cast<size_t>(output.dtype)];
  GRADD_ASSIGN_OR_RETURN(number.data,
                         call.workspace.Allocate(static_cast<int64_t>(ItemSize(output.dtype))));
  GRADD_RETURN_IF_ERROR(
      Copy(call.stream, *number.spec, number.data, *argument.spec, argument.data));
  return number;
}

absl::Status ScatterInto(const KernelCall& call, bool adds) {
  const KernelArgument& in = call.inputs[0];
  const KernelArgument& out = call.outputs[0];
  const ops::ElementIndex at = ops::LineUp(*out.spec, call.attributes.Int(0));
  const TensorSpec index = ops::AtLeastVector(*call.inputs[1].spec);
  GRADD_ASSIGN_OR_RETURN(int64_t* const distances, Distances(call, call.inputs[1].As(index),
                                                             index.shape, {at.size, at.stride}));
  GRADD_ASSIGN_OR_RETURN(const KernelArgument source, AsDType(call, call.inputs[2]));
  TensorSpec source_spec = *source.spec;
  if (source_spec.rank() == 0) {  // a number stands for every element
    source_spec.shape = index.shape;
    source_spec.strides.assign(index.shape.size(), 0);
  }
  GRADD_RETURN_IF_ERROR(Copy(call.stream, *out.spec, out.data, *in.spec, in.data));
  if (index.element_count() == 0) return absl::OkStatus();
  const int64_t length = index.shape[at.dim], lines = index.element_count() / length;
  if (length > kShortLine && lines < kManyLines) {
    return ScatterRuns(call, source, source_spec, at, index, distances, adds);
  }
  return VisitDType(out.spec->dtype, [&](auto zero) {
    using T = decltype(zero);
    // Integers wrap, so they add as unsigned ones.
    using Sum = std::conditional_t<kIsHalf<T>, T, ComputeType<T>>;
    return adds ? LaunchLines<Sum, true>(call, source, source_spec, at, index, distances)
                : LaunchLines<T, false>(call, source, source_spec, at, index, distances);
  });
}

}  // namespace gradd::cuda
