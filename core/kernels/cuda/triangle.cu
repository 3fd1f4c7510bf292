#include <algorithm>

#include "core/base/status.h"
#include "core/kernels/cuda/copy.h"
#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/cuda/triangle.h"
#include "core/kernels/functors/sequences.h"

namespace gradd::cuda {

absl::Status CopyTriangle(const KernelCall& call, bool clear_upper) {
  const TensorSpec& spec = *call.outputs[0].spec;
  const int64_t rows = spec.shape[spec.rank() - 2], columns = spec.shape[spec.rank() - 1];
  GRADD_RETURN_IF_ERROR(
      Copy(call.stream, spec, call.outputs[0].data, *call.inputs[0].spec, call.inputs[0].data));
  if (spec.element_count() == 0) return absl::OkStatus();
  const int64_t diagonal = std::clamp(call.attributes.Int(0), -rows, columns);
  VisitDType(spec.dtype, [&](auto zero) {
    using T = decltype(zero);
    ForEach(call.stream, spec.element_count() / columns,
            ClearTriangle<T>{call.outputs[0].as<T>(), rows, columns, diagonal, clear_upper});
  });
  return absl::OkStatus();
}

}  // namespace gradd::cuda
