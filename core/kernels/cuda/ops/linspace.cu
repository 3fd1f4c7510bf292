#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/functors/sequences.h"
#include "core/kernels/kernel.h"

namespace gradd::cuda {
namespace {

absl::Status RunLinspace(const KernelCall& call) {
  const int64_t steps = call.attributes.Int(2);
  VisitDType(call.outputs[0].spec->dtype, [&](auto zero) {
    using T = decltype(zero);
    using C = typename LinspaceSequence<T>::C;
    // The ends are elements of the result's dtype before anything is computed of them.
    const auto number = [](Scalar scalar) { return static_cast<C>(scalar.To<T>()); };
    const C start = number(call.attributes.Scalar(0)), end = number(call.attributes.Scalar(1));
    const C step = steps > 1 ? (end - start) / static_cast<C>(steps - 1) : C(0);
    ForEach(call.stream, steps,
            LinspaceSequence<T>{call.outputs[0].as<T>(), start, end, step, steps});
  });
  return absl::OkStatus();
}

}  // namespace

Kernel LinspaceKernel() { return {&RunLinspace}; }

}  // namespace gradd::cuda
