#include "core/base/status.h"
#include "core/kernels/cuda/copy.h"
#include "core/kernels/cuda/indexed_slices.h"
#include "core/kernels/cuda/indices.h"
#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/cuda/strided_layouts.h"
#include "core/kernels/cuda/write_runs.h"
#include "core/kernels/strided_parts.h"

namespace gradd::cuda {
namespace {

// Elements as bits, over the flat index of out: neighbours are read by neighbouring threads, unlike
// with ReadSlices, which gives each thread a slice.
template <class T>
struct ReadElements {
  StridedLayout<2> layout;  // of in, and of distances
  const T* in;
  const int64_t* distances;
  T* out;
  const IndexError* error;

  __device__ void operator()(int64_t flat) const {
    if (error->found != 0) return;
    int64_t offsets[2];
    layout.Offsets(flat, offsets);
    out[flat] = in[offsets[0] + distances[offsets[1]]];
  }
};

// The sum of all index tensors' distances in a tensor of this spec.
absl::StatusOr<const int64_t*> AllDistances(const KernelCall& call, const TensorSpec& spec,
                                            const ops::IndexLayout& layout,
                                            absl::Span<const KernelArgument> indices, bool wraps) {
  int64_t* sum = nullptr;
  for (size_t i = 0; i < indices.size(); ++i) {
    const int64_t dim = layout.dims[i];
    GRADD_ASSIGN_OR_RETURN(sum, Distances(call, indices[i], layout.entries,
                                          {spec.shape[dim], spec.strides[dim], wraps}, sum));
  }
  return sum;
}

// Strides of the kept dimensions with those for the entries in their place: `step` between one and
// the next.
Dims WithEntries(const ops::IndexLayout& layout, Dims kept, int64_t step) {
  Dims strides = ContiguousStrides(layout.entries);
  for (int64_t& stride : strides) stride *= step;
  kept.insert(kept.begin() + layout.before, strides.begin(), strides.end());
  return kept;
}

TensorSpec Strided(const Dims& shape, Dims strides) {
  TensorSpec spec;
  spec.shape = shape;
  spec.strides = std::move(strides);
  return spec;
}

template <class T>
void Read(const KernelCall& call, const StridedLayout<2>& layout, const KernelArgument& in,
          const int64_t* distances) {
  ForEach(call.stream, call.outputs[0].spec->element_count(),
          ReadElements<T>{layout, in.as<const T>(), distances, call.outputs[0].as<T>(),
                          call.index_error});
}

}  // namespace

absl::Status ReadIndexed(const KernelCall& call, const KernelArgument& in,
                         const ops::IndexLayout& layout, absl::Span<const KernelArgument> indices,
                         bool wraps) {
  GRADD_ASSIGN_OR_RETURN(const int64_t* const distances,
                         AllDistances(call, *in.spec, layout, indices, wraps));
  if (call.outputs[0].spec->element_count() == 0) return absl::OkStatus();
  const Dims nowhere(layout.kept.size(), 0);
  const TensorSpec from =
      Strided(layout.shape, WithEntries(layout, KeptStrides(layout, in.spec->strides), 0));
  const TensorSpec entry = Strided(layout.shape, WithEntries(layout, nowhere, 1));
  GRADD_ASSIGN_OR_RETURN(const StridedLayout<2> at,
                         MakeLayout<2>(MakeStridedLoop<2>(layout.shape, {&from, &entry})));
  switch (ItemSize(in.spec->dtype)) {
    case 1:
      Read<uint8_t>(call, at, in, distances);
      break;
    case 2:
      Read<uint16_t>(call, at, in, distances);
      break;
    case 4:
      Read<uint32_t>(call, at, in, distances);
      break;
    default:
      Read<uint64_t>(call, at, in, distances);
  }
  return absl::OkStatus();
}

absl::Status WriteIndexed(const KernelCall& call, const KernelArgument& in,
                          const KernelArgument& source, const ops::IndexLayout& layout,
                          absl::Span<const KernelArgument> indices, bool wraps, bool adds) {
  const KernelArgument& out = call.outputs[0];
  GRADD_ASSIGN_OR_RETURN(const int64_t* const distances,
                         AllDistances(call, *out.spec, layout, indices, wraps));
  GRADD_RETURN_IF_ERROR(Copy(call.stream, *out.spec, out.data, *in.spec, in.data));
  const DimsView shape = layout.shape;
  if (ElementCount(shape) == 0) return absl::OkStatus();
  const size_t behind = layout.before + layout.entries.size();
  const Dims strides = BroadcastStrides(*source.spec, shape);
  Dims in_slice = strides;
  std::fill(in_slice.begin() + layout.before, in_slice.begin() + behind, 0);
  const Dims nowhere(layout.kept.size(), 0);
  const TensorSpec to =
      Strided(layout.shape, WithEntries(layout, KeptStrides(layout, out.spec->strides), 0));
  const TensorSpec slice = Strided(layout.shape, WithEntries(layout, nowhere, 1));
  const TensorSpec from = Strided(layout.shape, in_slice);
  SliceWrites writes;
  writes.loop = MakeStridedLoop<3>(shape, {&to, &slice, &from});
  GRADD_ASSIGN_OR_RETURN(writes.source_slices, Part(shape, strides, layout.before, behind));
  writes.places = distances;
  writes.count = ElementCount(layout.entries);
  return WriteRuns(call, writes, source.data, adds);
}

}  // namespace gradd::cuda
