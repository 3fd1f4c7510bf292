#include "core/kernels/cuda/folds.cuh"

namespace gradd::cuda {

FoldLauncher NormLauncher(FoldKind kind) {
  switch (kind) {
    case FoldKind::kSquaresAround:
      return &LaunchFold<SquaresAroundFold, true>;
    case FoldKind::kExpAround:
      return &LaunchFold<ExpAroundFold, true>;
    case FoldKind::kSquares:
      return &LaunchFold<SquaresFold, true>;
    case FoldKind::kMagnitudes:
      return &LaunchFold<MagnitudesFold, true>;
    case FoldKind::kPowers:
      return &LaunchFold<PowersFold, true>;
    case FoldKind::kLargestMagnitude:
      return &LaunchFold<LargestMagnitudeFold, true>;
    case FoldKind::kSmallestMagnitude:
      return &LaunchFold<SmallestMagnitudeFold, true>;
    default:
      return nullptr;
  }
}

}  // namespace gradd::cuda
