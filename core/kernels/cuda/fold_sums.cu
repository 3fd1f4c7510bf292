#include "core/kernels/cuda/folds.cuh"

namespace gradd::cuda {

FoldLauncher SumLauncher(FoldKind kind) {
  switch (kind) {
    case FoldKind::kSum:
      return &LaunchFold<SumFold>;
    case FoldKind::kProduct:
      return &LaunchFold<ProductFold>;
    case FoldKind::kNotZero:
      return &LaunchFold<NotZeroFold>;
    default:
      return nullptr;
  }
}

}  // namespace gradd::cuda
