#include "core/base/status.h"
#include "core/kernels/cuda/copy.h"
#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/cuda/write_runs.h"
#include "core/kernels/strided_parts.h"
#include "core/ops/in_place.h"

namespace gradd::cuda {
namespace {

struct PlaceElements {
  StridedIndex target;
  int64_t offset;
  int64_t* places;

  __device__ void operator()(int64_t i) const { places[i] = offset + target.Offset(i); }
};

absl::Status RunStridedAccumulate(const KernelCall& call) {
  const KernelArgument& in = call.inputs[0];
  const KernelArgument& out = call.outputs[0];
  CudaStream& stream = AsCuda(call.stream);
  if (out.spec->byte_count() > 0) {
    stream.Note(cudaMemsetAsync(out.data, 0, out.spec->byte_count(), stream.Use()),
                "clearing memory");
  }
  TensorSpec part = *in.spec;
  part.strides = call.attributes.Dims(1);
  const int64_t offset = call.attributes.Int(2);
  if (CheckNoOverlap(part).ok()) {
    const int64_t bytes = offset * static_cast<int64_t>(ItemSize(part.dtype));
    return Copy(stream, part, out.as<char>() + bytes, *in.spec, in.data);
  }
  const Dims& shape = in.spec->shape;
  SliceWrites writes;
  writes.count = in.spec->element_count();
  if (writes.count == 0) return absl::OkStatus();
  GRADD_ASSIGN_OR_RETURN(const StridedIndex target, Part(shape, part.strides, 0, shape.size()));
  GRADD_ASSIGN_OR_RETURN(writes.source_slices, Part(shape, in.spec->strides, 0, shape.size()));
  GRADD_ASSIGN_OR_RETURN(void* const places, call.workspace.Allocate(writes.count * 8));
  writes.places = static_cast<const int64_t*>(places);
  // Slices are single elements.
  writes.loop.shape = {writes.count};
  writes.loop.strides = {Dims{0}, Dims{1}, Dims{0}};
  writes.loop.count = writes.count;
  ForEach(stream, writes.count, PlaceElements{target, offset, static_cast<int64_t*>(places)});
  return WriteRuns(call, writes, in.data, /*adds=*/true);
}

}  // namespace

Kernel StridedAccumulateKernel() { return {&RunStridedAccumulate}; }

}  // namespace gradd::cuda
