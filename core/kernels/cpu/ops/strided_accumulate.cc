#include <algorithm>
#include <type_traits>

#include "core/kernels/kernel.h"
#include "core/kernels/strided_loop.h"

namespace gradd::cpu {
namespace {

template <class T>
void Accumulate(const StridedLoop<2>& loop, T* out, const T* in) {
  ForEachRow<2>(loop, [&](const auto& offsets, const auto& strides, int64_t length) {
    for (int64_t i = 0; i < length; ++i) {
      T& target = out[offsets[0] + i * strides[0]];
      target = static_cast<T>(target + in[offsets[1] + i * strides[1]]);
    }
  });
}

}  // namespace

Kernel StridedAccumulateKernel() {
  return {[](const KernelCall& call) {
    TensorSpec target = *call.inputs[0].spec;
    target.strides = call.attributes.Dims(1);
    const int64_t offset = call.attributes.Int(2);
    const int64_t count = call.outputs[0].spec->element_count();
    VisitDType(target.dtype, [&](auto zero) {
      // Integers wrap, so they add as unsigned ones.
      using Element = decltype(zero);
      using T = std::conditional_t<kIsHalf<Element>, Element, ComputeType<Element>>;
      T* const out = call.outputs[0].as<T>();
      Launch(call.stream, [loop = MakeStridedLoop<2>(target.shape, {&target, call.inputs[0].spec}),
                           out, count, offset, in = call.inputs[0].as<const T>()] {
        std::fill_n(out, count, T(0));
        Accumulate(loop, out + offset, in);
      });
    });
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
