#include <cstring>

#include "core/kernels/cpu/nll.h"
#include "core/kernels/functors/convert.h"

namespace gradd::cpu {
namespace {

template <class T>
void Run(const NllTargets& targets, int64_t reduction, const StridedLoop<1>& loop,
         const T* cotangent, T* out) {
  double counted = 1;
  if (reduction == ops::kMeanReduction) {
    counted = static_cast<double>(targets.ForEach([](int64_t, int64_t) {}));
  }
  if (reduction == ops::kNoReduction) {
    StridedCursor place(loop, 0);
    int64_t last = 0;
    targets.ForEach([&](int64_t i, int64_t at) {
      for (; last < i; ++last) place.Next();
      out[at] = T(-cotangent[place.offset()]);
    });
    return;
  }
  const T share = Convert<T>(-static_cast<double>(*cotangent) / counted);
  targets.ForEach([&](int64_t, int64_t at) { out[at] = share; });
}

}  // namespace

Kernel NllLossVjpKernel() {
  return {[](const KernelCall& call) {
    const KernelArgument& cotangent = call.inputs[0];
    const KernelArgument& output = call.outputs[0];
    const NllTargets targets = NllTargets::Make(call, *output.spec);
    const auto loop = MakeStridedLoop<1>(cotangent.spec->shape, {cotangent.spec});
    Launch(call.stream, [targets, loop, reduction = call.attributes.Int(ops::kNllReduction),
                         dtype = output.spec->dtype, bytes = output.spec->byte_count(),
                         in = cotangent.data, out = output.data] {
      if (bytes != 0) std::memset(out, 0, bytes);
      VisitDType(dtype, [&](auto zero) {
        using T = decltype(zero);
        if constexpr (kIsFloatingElement<T>) {
          Run(targets, reduction, loop, static_cast<const T*>(in), static_cast<T*>(out));
        }
      });
    });
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
