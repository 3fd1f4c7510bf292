#include "core/kernels/cuda/folds.cuh"

namespace gradd::cuda {

FoldLauncher ExtremumLauncher(FoldKind kind) {
  switch (kind) {
    case FoldKind::kLargest:
      return &LaunchFold<LargestFold>;
    case FoldKind::kSmallest:
      return &LaunchFold<SmallestFold>;
    case FoldKind::kArgLargest:
      return &LaunchFold<ArgLargestFold>;
    case FoldKind::kArgSmallest:
      return &LaunchFold<ArgSmallestFold>;
    default:
      return nullptr;
  }
}

}  // namespace gradd::cuda
