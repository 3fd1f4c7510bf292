#include "core/base/status.h"
#include "core/kernels/cuda/copy.h"
#include "core/kernels/cuda/random_fill.cuh"
#include "core/kernels/strided_parts.h"

namespace gradd::cuda {
namespace {

absl::Status RunBernoulli(const KernelCall& call) {
  const TensorSpec& given = *call.inputs[1].spec;
  const TensorSpec p = TensorSpec::Contiguous(DType::kFloat64, given.shape, given.device);
  const TensorSpec& output = *call.outputs[0].spec;
  GRADD_ASSIGN_OR_RETURN(const StridedIndex layout, Broadcast(p, output.shape));
  GRADD_ASSIGN_OR_RETURN(void* const wide, call.workspace.Allocate(p.byte_count()));
  GRADD_RETURN_IF_ERROR(Copy(call.stream, p, wide, given, call.inputs[1].data));
  VisitDType(output.dtype, [&](auto zero) {
    FillRandom<decltype(zero)>(call, BernoulliNumbers{static_cast<const double*>(wide), layout});
  });
  return absl::OkStatus();
}

}  // namespace

Kernel BernoulliKernel() { return {&RunBernoulli}; }

}  // namespace gradd::cuda
