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
  GRADD_ASSIGN_OR_RETURN(const SlicesOf slices, SlicesOf::Make(*in.spec, call.attributes.Int(0)));
  const int64_t count = index.spec->element_count();
  const int64_t* const indices = index.as<const int64_t>();
  const int64_t stride = index.spec->strides[0];
  ForEach(call.stream, count, CheckIndices{indices, stride, slices.size, call.index_error});
  ForEach(call.stream, call.outputs[0].spec->element_count(),
          IndexSelectSlices<T>{call.outputs[0].as<T>(), in.as<const T>(), slices.outer,
                               slices.inner, slices.stride, indices, stride, count, slices.size,
                               slices.inner_count, call.index_error});
  return absl::OkStatus();
}

}  // namespace

Kernel IndexSelectKernel() {
  return {[](const KernelCall& call) {
    return VisitDType(call.inputs[0].spec->dtype,
                      [&](auto zero) { return Run<decltype(zero)>(call); });
  }};
}

}  // namespace gradd::cpu
