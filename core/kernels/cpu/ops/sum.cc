#include <type_traits>
#include <vector>

#include "core/kernels/functors/convert.h"
#include "core/kernels/kernel.h"
#include "core/kernels/strided_loop.h"

namespace gradd::cpu {
namespace {

// float sums in double: the result depends neither on the order of a row's lanes nor, visibly, on
// the number of elements. Integers wrap.
template <class T>
using Accumulator = std::conditional_t<std::is_floating_point_v<T>, double, uint64_t>;

// Independent partial sums in a fixed pattern, so that the compiler can use vectors and every
// machine adds in the same order.
template <class A, class T>
A SumRow(const T* in, int64_t stride, int64_t length) {
  constexpr int kLanes = 16;
  A lanes[kLanes] = {};
  int64_t i = 0;
  if (stride == 1) {
    for (; i + kLanes <= length; i += kLanes) {
      for (int k = 0; k < kLanes; ++k) lanes[k] += static_cast<A>(in[i + k]);
    }
  }
  for (; i < length; ++i) lanes[i % kLanes] += static_cast<A>(in[i * stride]);
  for (int width = kLanes / 2; width > 0; width /= 2) {
    for (int k = 0; k < width; ++k) lanes[k] += lanes[k + width];
  }
  return lanes[0];
}

// The output, seen in the input's shape, has stride 0 along what is summed.
template <class T, class Out>
void SumRows(const StridedLoop<2>& loop, const T* in, Out* out, int64_t out_count) {
  using A = Accumulator<T>;
  std::vector<A> sums(out_count, A(0));
  ForEachRow<2>(loop, [&](const auto& offsets, const auto& strides, int64_t length) {
    const T* const row = in + offsets[1];
    A* const to = sums.data() + offsets[0];
    if (strides[0] == 0) {
      *to += SumRow<A>(row, strides[1], length);
      return;
    }
    for (int64_t i = 0; i < length; ++i) to[i * strides[0]] += static_cast<A>(row[i * strides[1]]);
  });
  for (int64_t i = 0; i < out_count; ++i) {
    if constexpr (std::is_same_v<A, double>) {
      out[i] = Convert<Out>(sums[i]);
    } else {
      out[i] = Convert<Out>(static_cast<int64_t>(sums[i]));
    }
  }
}

// The output's layout with stride 0 in the place of each summed dimension.
TensorSpec SpreadOutput(const KernelCall& call) {
  const TensorSpec& input = *call.inputs[0].spec;
  const Dims dims = *NormalizeReductionDims(call.attributes.Dims(0), input.rank());
  TensorSpec spread = input;
  int64_t stride = 1;
  size_t next = dims.size();
  for (int d = input.rank() - 1; d >= 0; --d) {
    if (next > 0 && dims[next - 1] == d) {
      --next;
      spread.strides[d] = 0;
      continue;
    }
    spread.strides[d] = stride;
    stride *= input.shape[d];
  }
  return spread;
}

}  // namespace

Kernel SumKernel() {
  return {[](const KernelCall& call) {
    const TensorSpec spread = SpreadOutput(call);
    const int64_t out_count = call.outputs[0].spec->element_count();
    const auto loop =
        MakeStridedLoop<2>(call.inputs[0].spec->shape, {&spread, call.inputs[0].spec});
    Launch(call.stream,
           [loop, out_count, in = call.inputs[0].data, out = call.outputs[0].data,
            in_dtype = call.inputs[0].spec->dtype, out_dtype = call.outputs[0].spec->dtype] {
             VisitDType(in_dtype, [&](auto in_zero) {
               VisitDType(out_dtype, [&](auto out_zero) {
                 SumRows(loop, static_cast<const decltype(in_zero)*>(in),
                         static_cast<decltype(out_zero)*>(out), out_count);
               });
             });
           });
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
