#include "core/kernels/cpu/scatter.h"

#include <algorithm>
#include <type_traits>

#include "core/base/status.h"
#include "core/kernels/cpu/copy.h"
#include "core/kernels/cpu/for_each.h"
#include "core/kernels/cpu/indices.h"
#include "core/kernels/scatter_lines.h"
#include "core/ops/index/element_index.h"

namespace gradd::cpu {
namespace {

// The list without entry `dim`.

template <class T, bool kAdds>
absl::Status Scatter(const KernelCall& call, const KernelArgument& source,
                     const TensorSpec& source_spec, const ops::ElementIndex& at,
                     const TensorSpec& index, const int64_t* distances) {
  GRADD_ASSIGN_OR_RETURN(
      const auto lines, (LayOutScatter<T, kAdds>(call, source, source_spec, at, index, distances)));
  ForEach(call.stream, lines.count, lines.elements,
          std::max<int64_t>(kForEachGrain / lines.elements.length, 1));
  return absl::OkStatus();
}

}  // namespace

absl::Status ScatterInto(const KernelCall& call, bool adds) {
  const KernelArgument& in = call.inputs[0];
  const KernelArgument& out = call.outputs[0];
  const ops::ElementIndex at = ops::LineUp(*out.spec, call.attributes.Int(0));
  const TensorSpec index = ops::AtLeastVector(*call.inputs[1].spec);
  GRADD_ASSIGN_OR_RETURN(
      const int64_t* const distances,
      Distances(call, call.inputs[1].As(index), index.shape, {at.size, at.stride}));
  GRADD_ASSIGN_OR_RETURN(const KernelArgument source, AsDType(call, call.inputs[2]));
  TensorSpec source_spec = *source.spec;
  if (source_spec.rank() == 0) {  // a number stands for every element
    source_spec.shape = index.shape;
    source_spec.strides.assign(index.shape.size(), 0);
  }
  Copy(call.stream, *out.spec, out.data, *in.spec, in.data);
  if (index.element_count() == 0) return absl::OkStatus();
  return VisitDType(out.spec->dtype, [&](auto zero) {
    using T = decltype(zero);
    // Integers wrap, so they add as unsigned ones.
    using Sum = std::conditional_t<kIsHalf<T>, T, ComputeType<T>>;
    return adds ? Scatter<Sum, true>(call, source, source_spec, at, index, distances)
                : Scatter<T, false>(call, source, source_spec, at, index, distances);
  });
}

}  // namespace gradd::cpu
