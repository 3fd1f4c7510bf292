#include <algorithm>
#include <array>
#include <type_traits>

#include "core/base/status.h"
#include "core/kernels/functors/convert.h"
#include "core/kernels/kernel.h"
#include "core/kernels/strided_loop.h"

namespace gradd::cpu {
namespace {

// float sums in double: the result depends neither on the order of a row's lanes nor, visibly, on
// the number of elements. Integers wrap.
template <class T>
using Accumulator = std::conditional_t<std::is_floating_point_v<T>, double, uint64_t>;

// As PyTorch, each element is converted to the result's dtype before it is added.
template <class Out, class A, class T>
A Load(T element) {
  return static_cast<A>(Convert<Out>(element));
}

// Independent partial sums in a fixed pattern, so that the compiler can use vectors and every
// machine adds in the same order.
template <class Out, class A, class T>
A SumRow(const T* in, int64_t stride, int64_t length) {
  constexpr int kLanes = 16;
  A lanes[kLanes] = {};
  int64_t i = 0;
  if (stride == 1) {
    for (; i + kLanes <= length; i += kLanes) {
      for (int k = 0; k < kLanes; ++k) lanes[k] += Load<Out, A>(in[i + k]);
    }
  }
  for (; i < length; ++i) lanes[i % kLanes] += Load<Out, A>(in[i * stride]);
  for (int width = kLanes / 2; width > 0; width /= 2) {
    for (int k = 0; k < width; ++k) lanes[k] += lanes[k + width];
  }
  return lanes[0];
}

// The output, seen in the input's shape, has stride 0 along what is summed. `sums` has room for
// each element of the output.
template <class T, class Out, class A>
void SumRows(const StridedLoop<2>& loop, const T* in, Out* out, int64_t out_count, A* sums) {
  std::fill_n(sums, out_count, A(0));
  ForEachRow<2>(loop, [&](const auto& offsets, const auto& strides, int64_t length) {
    const T* const row = in + offsets[1];
    A* const to = sums + offsets[0];
    if (strides[0] == 0) {
      *to += SumRow<Out, A>(row, strides[1], length);
      return;
    }
    for (int64_t i = 0; i < length; ++i) to[i * strides[0]] += Load<Out, A>(row[i * strides[1]]);
  });
  for (int64_t i = 0; i < out_count; ++i) {
    if constexpr (std::is_same_v<A, double>) {
      out[i] = Convert<Out>(sums[i]);
    } else {
      out[i] = Convert<Out>(static_cast<int64_t>(sums[i]));
    }
  }
}

// Sums of so few elements are on the stack.
constexpr int64_t kSmall = 64;

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
  return {[](const KernelCall& call) -> absl::Status {
    const TensorSpec spread = SpreadOutput(call);
    const int64_t out_count = call.outputs[0].spec->element_count();
    const auto loop =
        MakeStridedLoop<2>(call.inputs[0].spec->shape, {&spread, call.inputs[0].spec});
    void* scratch = nullptr;
    if (out_count > kSmall) {
      GRADD_ASSIGN_OR_RETURN(scratch, call.workspace.Allocate(out_count * sizeof(double)));
    }
    Launch(call.stream,
           [loop, out_count, scratch, in = call.inputs[0].data, out = call.outputs[0].data,
            in_dtype = call.inputs[0].spec->dtype, out_dtype = call.outputs[0].spec->dtype] {
             VisitDType(in_dtype, [&](auto in_zero) {
               VisitDType(out_dtype, [&](auto out_zero) {
                 using Out = decltype(out_zero);
                 using A = Accumulator<Out>;
                 std::array<A, kSmall> few;
                 SumRows(loop, static_cast<const decltype(in_zero)*>(in), static_cast<Out*>(out),
                         out_count, scratch != nullptr ? static_cast<A*>(scratch) : few.data());
               });
             });
           });
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
