#include <algorithm>

#include "core/kernels/cpu/copy.h"
#include "core/kernels/kernel.h"

namespace gradd::cpu {
namespace {

// The elements that input and output have in common.
struct Inner {
  TensorSpec from, to;
  int64_t from_offset = 0, to_offset = 0;  // in elements
};

Inner InnerOf(const TensorSpec& input, const TensorSpec& output, DimsView pad) {
  Inner inner = {input, output};
  for (size_t pair = 0; 2 * pair < pad.size(); ++pair) {
    const size_t d = input.shape.size() - 1 - pair;
    const int64_t front = pad[2 * pair];
    const int64_t cut = std::max<int64_t>(-front, 0), added = std::max<int64_t>(front, 0);
    const int64_t behind = std::max<int64_t>(-pad[2 * pair + 1], 0);
    const int64_t size = std::max<int64_t>(input.shape[d] - cut - behind, 0);
    inner.from.shape[d] = inner.to.shape[d] = size;
    if (size == 0) continue;
    inner.from_offset += cut * input.strides[d];
    inner.to_offset += added * output.strides[d];
  }
  return inner;
}

}  // namespace

Kernel ConstantPadNdKernel() {
  return {[](const KernelCall& call) {
    const KernelArgument& in = call.inputs[0];
    const KernelArgument& out = call.outputs[0];
    VisitDType(out.spec->dtype, [&](auto zero) {
      using T = decltype(zero);
      Launch(call.stream,
             [to = out.as<T>(), count = out.spec->element_count(),
              value = call.attributes.Scalar(1).To<T>()] { std::fill_n(to, count, value); });
    });
    const Inner inner = InnerOf(*in.spec, *out.spec, call.attributes.Dims(0));
    if (inner.to.element_count() == 0) return absl::OkStatus();
    const auto size = static_cast<int64_t>(ItemSize(out.spec->dtype));
    Copy(call.stream, inner.to, out.as<char>() + inner.to_offset * size, inner.from,
         in.as<const char>() + inner.from_offset * size);
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
