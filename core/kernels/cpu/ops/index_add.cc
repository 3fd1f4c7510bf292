#include "core/kernels/cpu/copy.h"
#include "core/kernels/cpu/for_each.h"
#include "core/kernels/functors/index_slices.h"
#include "core/kernels/functors/slices_of.h"
#include "core/kernels/kernel.h"

namespace gradd::cpu {
namespace {

template <class T>
absl::Status Run(const KernelCall& call) {
  const KernelArgument& in = call.inputs[0];
  const KernelArgument& index = call.inputs[1];
  const KernelArgument& source = call.inputs[2];
  GRADD_ASSIGN_OR_RETURN(const SlicesOf from, SlicesOf::Make(*source.spec, call.attributes.Int(0)));
  GRADD_ASSIGN_OR_RETURN(const SlicesOf to,
                         SlicesOf::Make(*call.outputs[0].spec, call.attributes.Int(0)));
  const int64_t count = index.spec->element_count();
  const int64_t* const indices = index.as<const int64_t>();
  const int64_t stride = index.spec->strides[0];
  Copy(call.stream, *call.outputs[0].spec, call.outputs[0].data, *in.spec, in.data);
  ForEach(call.stream, count, CheckIndices{indices, stride, to.size, call.index_error});
  ForEach(call.stream, to.outer_count * to.inner_count,
          IndexAddSlices<T>{call.outputs[0].as<T>(), source.as<const T>(), from.outer, from.inner,
                            from.stride, indices, stride, count, to.size, to.inner_count,
                            call.index_error});
  return absl::OkStatus();
}

}  // namespace

Kernel IndexAddKernel() {
  return {[](const KernelCall& call) {
    return VisitDType(call.inputs[0].spec->dtype, [&](auto zero) {
      // Integers wrap, so they add as unsigned ones.
      using T =
          std::conditional_t<std::is_same_v<decltype(zero), int64_t>, uint64_t, decltype(zero)>;
      return Run<T>(call);
    });
  }};
}

}  // namespace gradd::cpu
