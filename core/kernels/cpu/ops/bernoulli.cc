#include "core/base/status.h"
#include "core/kernels/cpu/copy.h"
#include "core/kernels/cpu/indices.h"
#include "core/kernels/cpu/random_fill.h"

namespace gradd::cpu {

Kernel BernoulliKernel() {
  return {[](const KernelCall& call) -> absl::Status {
    const TensorSpec& given = *call.inputs[1].spec;
    const TensorSpec p = TensorSpec::Contiguous(DType::kFloat64, given.shape, given.device);
    GRADD_ASSIGN_OR_RETURN(void* const wide, call.workspace.Allocate(p.byte_count()));
    Copy(call.stream, p, wide, given, call.inputs[1].data);
    const TensorSpec& output = *call.outputs[0].spec;
    GRADD_ASSIGN_OR_RETURN(const StridedIndex layout, Broadcast(p, output.shape));
    VisitDType(output.dtype, [&](auto zero) {
      FillRandom<decltype(zero)>(call, BernoulliNumbers{static_cast<const double*>(wide), layout});
    });
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
