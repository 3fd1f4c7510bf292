// Makes StridedLayouts.
#pragma once

#include "absl/status/statusor.h"

#include "core/base/status.h"
#include "core/kernels/cuda/strided_layout.h"
#include "core/kernels/strided_loop.h"

namespace gradd::cuda {

// UNIMPLEMENTED for layouts of more separate dimensions than a kernel walks. REQUIRES: M <= N.
template <int N, int M>
absl::StatusOr<StridedLayout<N>> MakeLayout(const StridedLoop<M>& loop) {
  static_assert(M <= N);
  using Layout = StridedLayout<N>;
  if (loop.rank() > Layout::kMaxDims) {
    return Unimplemented("LAYOUT_UNSUPPORTED", "tensor has a layout of more than ",
                         Layout::kMaxDims, " separate dimensions");
  }
  Layout layout;
  layout.rank = loop.rank();
  layout.is_narrow = loop.count <= INT32_MAX;
  for (int d = 0; d < loop.rank(); ++d) {
    layout.sizes[d] = loop.shape[d];
    if (layout.is_narrow && loop.shape[d] > 0) {
      layout.divisors[d] = FastDivisor(static_cast<uint32_t>(loop.shape[d]));
    }
    for (int k = 0; k < M; ++k) layout.strides[d][k] = loop.strides[k][d];
  }
  return layout;
}

}  // namespace gradd::cuda
