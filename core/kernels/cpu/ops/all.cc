#include <algorithm>

#include "core/kernels/cpu/reduction_kernel.h"

namespace gradd::cpu {
namespace {

// 1 where as many were counted as there are elements, else 0.
template <class A>
void Compare(int64_t elements, void* accumulators, int64_t count) {
  A* const counts = static_cast<A*>(accumulators);
  for (int64_t i = 0; i < count; ++i) counts[i] = counts[i] == static_cast<A>(elements) ? 1 : 0;
}

}  // namespace

Kernel AllKernel() {
  return {[](const KernelCall& call) {
    const int64_t outputs = std::max<int64_t>(1, call.outputs[0].spec->element_count());
    const int64_t elements = call.inputs[0].spec->element_count() / outputs;
    const bool is_floating = IsFloating(call.inputs[0].spec->dtype);
    return LaunchReduction(call, ReducedDims(call), FoldKind::kNotZero, 0, std::nullopt,
                           [elements, is_floating](void* accumulators, int64_t count) {
                             is_floating ? Compare<double>(elements, accumulators, count)
                                         : Compare<int64_t>(elements, accumulators, count);
                           });
  }};
}

}  // namespace gradd::cpu
