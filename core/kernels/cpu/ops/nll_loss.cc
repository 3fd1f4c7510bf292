#include "core/kernels/cpu/nll.h"
#include "core/kernels/functors/convert.h"

namespace gradd::cpu {
namespace {

template <class T>
void Run(const NllTargets& targets, int64_t reduction, const T* in, T* out) {
  if (reduction == ops::kNoReduction) {
    for (int64_t i = 0; i < targets.loop.count; ++i) out[i] = T(0.0f);
    targets.ForEach([&](int64_t i, int64_t at) { out[i] = T(-in[at]); });
    return;
  }
  double sum = 0;
  const int64_t counted =
      targets.ForEach([&](int64_t, int64_t at) { sum += static_cast<double>(in[at]); });
  const double share = reduction == ops::kMeanReduction ? static_cast<double>(counted) : 1;
  *out = Convert<T>(-sum / share);  // NaN where all are ignored
}

}  // namespace

Kernel NllLossKernel() {
  return {[](const KernelCall& call) {
    const KernelArgument& input = call.inputs[0];
    const NllTargets targets = NllTargets::Make(call, *input.spec);
    Launch(call.stream, [targets, reduction = call.attributes.Int(ops::kNllReduction),
                         dtype = input.spec->dtype, in = input.data, out = call.outputs[0].data] {
      VisitDType(dtype, [&](auto zero) {
        using T = decltype(zero);
        if constexpr (kIsFloatingElement<T>) {
          Run(targets, reduction, static_cast<const T*>(in), static_cast<T*>(out));
        }
      });
    });
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
