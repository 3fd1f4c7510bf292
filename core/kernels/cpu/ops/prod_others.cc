#include "core/base/status.h"
#include "core/kernels/cpu/elements.h"
#include "core/kernels/cpu/strided_cursor.h"
#include "core/kernels/functors/convert.h"
#include "core/kernels/kernel.h"

namespace gradd::cpu {
namespace {

// Along one line: products of what is before, in `before`, times those of what is behind.
template <class T>
void Line(const T* in, int64_t in_stride, T* out, int64_t out_stride, int64_t length,
          double* before) {
  double product = 1;
  for (int64_t i = 0; i < length; ++i) {
    before[i] = product;
    product *= static_cast<double>(in[i * in_stride]);
  }
  product = 1;
  for (int64_t i = length; i-- > 0;) {
    out[i * out_stride] = Convert<T>(before[i] * product);
    product *= static_cast<double>(in[i * in_stride]);
  }
}

StridedLoop<1> Across(TensorSpec spec, int dim) {
  if (spec.rank() > 0) {
    spec.shape.erase(spec.shape.begin() + dim);
    spec.strides.erase(spec.strides.begin() + dim);
  }
  return MakeStridedLoop<1>(spec.shape, {&spec});
}

}  // namespace

Kernel ProdOthersKernel() {
  return {[](const KernelCall& call) -> absl::Status {
    const TensorSpec& in = *call.inputs[0].spec;
    const TensorSpec& out = *call.outputs[0].spec;
    if (out.element_count() == 0) return absl::OkStatus();
    GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(call.attributes.Int(0), in.rank()));
    const int64_t length = in.rank() == 0 ? 1 : in.shape[dim];
    const int64_t in_stride = in.rank() == 0 ? 1 : in.strides[dim];
    const int64_t out_stride = in.rank() == 0 ? 1 : out.strides[dim];
    GRADD_ASSIGN_OR_RETURN(void* const before, call.workspace.Allocate(length * sizeof(double)));
    Launch(call.stream, [=, from = Across(in, dim), to = Across(out, dim), dtype = in.dtype,
                         x = call.inputs[0].data, y = call.outputs[0].data] {
      VisitDType(dtype, [&](auto zero) {
        using T = decltype(zero);
        if constexpr (kIsFloatingElement<T>) {
          StridedCursor in_line(from, 0), out_line(to, 0);
          for (int64_t i = 0; i < to.count; ++i, in_line.Next(), out_line.Next()) {
            Line(static_cast<const T*>(x) + in_line.offset(), in_stride,
                 static_cast<T*>(y) + out_line.offset(), out_stride, length,
                 static_cast<double*>(before));
          }
        }
      });
    });
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
