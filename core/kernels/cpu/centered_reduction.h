// Reductions in two passes: the first finds a number for each output, from which the second
// measures every element.
#pragma once

#include "core/kernels/cpu/reduction_kernel.h"

namespace gradd::cpu {

// Folds `dims` of input 0 as `first`; make_center(accumulator) is the output's center for the fold
// `second`, and finish(accumulator, center) the output.
template <class MakeCenter, class FinishOne>
absl::Status LaunchCenteredReduction(const KernelCall& call, DimsView dims,
                                     std::optional<DType> through, FoldKind first, FoldKind second,
                                     const MakeCenter& make_center, const FinishOne& finish) {
  const ReductionLoop loop = ReductionLoop::Make(*call.inputs[0].spec, dims, through);
  GRADD_ASSIGN_OR_RETURN(void* const scratch, call.workspace.Allocate(loop.scratch_bytes()));
  GRADD_ASSIGN_OR_RETURN(void* const numbers,
                         call.workspace.Allocate(loop.outputs * sizeof(double)));
  Launch(call.stream, [=, in = call.inputs[0].data, centers = static_cast<double*>(numbers),
                       out = ReducedOutput::Of(call.outputs[0], loop)] {
    Reduce(loop, {first}, in, scratch, [&](int64_t begin, int64_t count, void* accumulators) {
      const auto* const found = static_cast<const double*>(accumulators);
      for (int64_t i = 0; i < count; ++i) centers[begin + i] = make_center(found[i]);
    });
    Reduce(loop, {second, 0, centers}, in, scratch,
           [&](int64_t begin, int64_t count, void* accumulators) {
             auto* const sums = static_cast<double*>(accumulators);
             for (int64_t i = 0; i < count; ++i) sums[i] = finish(sums[i], centers[begin + i]);
             out.Store(begin, count, sums);
           });
  });
  return absl::OkStatus();
}

}  // namespace gradd::cpu
