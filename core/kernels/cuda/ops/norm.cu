#include <cmath>

#include "core/kernels/cuda/reduction.h"

namespace gradd::cuda {
namespace {

FoldKind NormKind(double p) {
  if (p == 0) return FoldKind::kNotZero;
  if (p == 1) return FoldKind::kMagnitudes;
  if (p == 2) return FoldKind::kSquares;
  if (std::isinf(p)) return p > 0 ? FoldKind::kLargestMagnitude : FoldKind::kSmallestMagnitude;
  return FoldKind::kPowers;
}

absl::Status RunNorm(const KernelCall& call) {
  const double p = call.attributes.Float(0);
  Finish root;
  if (p != 0 && p != 1 && !std::isinf(p)) root = {Finish::kPower, 1 / p};
  return Reduce(call, ReducedDims(call, 1), NormKind(p), root, p);
}

}  // namespace

Kernel NormKernel() { return {&RunNorm}; }

}  // namespace gradd::cuda
