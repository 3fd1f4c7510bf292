#pragma once

#include <algorithm>

#include "core/kernels/cpu/centered_reduction.h"

namespace gradd::cpu {

// finish(variance) for each output; attributes: the dimensions, the correction.
template <class FinishOne>
absl::Status LaunchVariance(const KernelCall& call, const FinishOne& finish) {
  const int64_t outputs = std::max<int64_t>(1, call.outputs[0].spec->element_count());
  const double elements = static_cast<double>(call.inputs[0].spec->element_count() / outputs);
  const double degrees = std::max(0.0, elements - call.attributes.Float(1));
  return LaunchCenteredReduction(
      call, ReducedDims(call), std::nullopt, FoldKind::kSum, FoldKind::kSquaresAround,
      [elements](double sum) { return sum / elements; },
      [degrees, finish](double squares, double) { return finish(squares / degrees); });
}

}  // namespace gradd::cpu
