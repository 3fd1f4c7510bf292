#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/functors/sequences.h"
#include "core/kernels/kernel.h"

namespace gradd::cuda {
namespace {

absl::Status RunArange(const KernelCall& call) {
  const Scalar start = call.attributes.Scalar(0), step = call.attributes.Scalar(2);
  VisitDType(call.outputs[0].spec->dtype, [&](auto zero) {
    using Sequence = ArangeSequence<decltype(zero)>;
    using C = typename Sequence::C;
    // Integers as int64 first: a negative double has no unsigned value.
    const auto number = [](Scalar scalar) {
      if constexpr (std::is_same_v<C, double>) return scalar.To<double>();
      return static_cast<C>(scalar.To<int64_t>());
    };
    ForEach(call.stream, call.outputs[0].spec->element_count(),
            Sequence{call.outputs[0].as<decltype(zero)>(), number(start), number(step)});
  });
  return absl::OkStatus();
}

}  // namespace

Kernel ArangeKernel() { return {&RunArange}; }

}  // namespace gradd::cuda
