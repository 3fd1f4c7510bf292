#include "core/base/status.h"
#include "core/kernels/cpu/for_each.h"
#include "core/kernels/cpu/indices.h"
#include "core/kernels/functors/index_elements.h"
#include "core/ops/index/element_index.h"

namespace gradd::cpu {

Kernel GatherKernel() {
  return {[](const KernelCall& call) -> absl::Status {
    const KernelArgument& in = call.inputs[0];
    const ops::ElementIndex at = ops::LineUp(*in.spec, call.attributes.Int(0));
    const TensorSpec index = ops::AtLeastVector(*call.inputs[1].spec);
    GRADD_ASSIGN_OR_RETURN(
        const int64_t* const distances,
        Distances(call, call.inputs[1].As(index), index.shape, {at.size, at.stride}));
    if (index.element_count() == 0) return absl::OkStatus();
    Dims strides = at.spec.strides;
    strides[at.dim] = 0;
    GRADD_ASSIGN_OR_RETURN(const StridedIndex lines, Part(index.shape, strides, 0, strides.size()));
    VisitDType(in.spec->dtype, [&](auto zero) {
      using T = decltype(zero);
      ForEach(call.stream, index.element_count(),
              GatherElements<T>{call.outputs[0].as<T>(), in.as<const T>(), lines, distances,
                                call.index_error});
    });
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
