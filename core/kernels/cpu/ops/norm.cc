#include <cmath>

#include "core/kernels/cpu/reduction_kernel.h"

namespace gradd::cpu {
namespace {

// What the sum of |x|^p has to be raised to.
double RootOf(double p) { return p == 0 || std::isinf(p) ? 1 : 1 / p; }

FoldKind KindOf(double p) {
  if (p == 0) return FoldKind::kNotZero;
  if (p == 1) return FoldKind::kMagnitudes;
  if (p == 2) return FoldKind::kSquares;
  if (std::isinf(p)) return p > 0 ? FoldKind::kLargestMagnitude : FoldKind::kSmallestMagnitude;
  return FoldKind::kPowers;
}

}  // namespace

Kernel NormKernel() {
  return {[](const KernelCall& call) {
    const double p = call.attributes.Float(0), root = RootOf(p);
    return LaunchReduction(call, ReducedDims(call, 1), KindOf(p), p, std::nullopt,
                           [root](void* accumulators, int64_t count) {
                             auto* const sums = static_cast<double*>(accumulators);
                             if (root == 1) return;
                             for (int64_t i = 0; i < count; ++i) {
                               sums[i] = root == 0.5 ? std::sqrt(sums[i]) : std::pow(sums[i], root);
                             }
                           });
  }};
}

}  // namespace gradd::cpu
