#include "core/base/status.h"
#include "core/kernels/cuda/indices.h"
#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/functors/sequences.h"

namespace gradd::cuda {
namespace {

absl::Status RunOneHot(const KernelCall& call) {
  const int64_t classes = call.attributes.Int(0);
  GRADD_ASSIGN_OR_RETURN(
      const int64_t* const places,
      Distances(call, call.inputs[0], call.inputs[0].spec->shape, {.size = classes, .step = 1}));
  ForEach(call.stream, call.outputs[0].spec->element_count(),
          OneHotRows{call.outputs[0].as<int64_t>(), places, classes, call.index_error});
  return absl::OkStatus();
}

}  // namespace

Kernel OneHotKernel() { return {&RunOneHot}; }

}  // namespace gradd::cuda
