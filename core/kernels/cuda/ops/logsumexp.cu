#include "core/base/status.h"
#include "core/kernels/cuda/reduction.h"

namespace gradd::cuda {
namespace {

absl::Status RunLogsumexp(const KernelCall& call) {
  const KernelArgument& output = call.outputs[0];
  GRADD_ASSIGN_OR_RETURN(void* const memory,
                         call.workspace.Allocate(output.spec->element_count() * sizeof(double)));
  double* const centers = static_cast<double*>(memory);
  GRADD_ASSIGN_OR_RETURN(const Reduction reduction,
                         Reduction::Make(call, call.inputs[0], ReducedDims(call),
                                         /*in_order=*/false, ThroughFor(call)));
  // Infinities are no measure.
  reduction.Run(FoldKind::kLargest, {centers, DType::kFloat64}, {Finish::kFinite});
  reduction.Run(FoldKind::kExpAround, {output.data, output.spec->dtype}, {Finish::kLogAround}, 0,
                centers);
  return absl::OkStatus();
}

}  // namespace

Kernel LogsumexpKernel() { return {&RunLogsumexp}; }

}  // namespace gradd::cuda
