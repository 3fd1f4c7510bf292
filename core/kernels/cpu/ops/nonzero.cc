#include "core/kernels/kernel.h"
#include "core/kernels/strided_loop.h"

namespace gradd::cpu {
namespace {

// Calls found(flat index) for each element that is not zero, in row-major order.
template <class T, class Found>
void Scan(const StridedLoop<1>& loop, const T* in, const Found& found) {
  int64_t flat = 0;
  ForEachRow<1>(loop, [&](const auto& offsets, const auto& strides, int64_t length) {
    for (int64_t i = 0; i < length; ++i, ++flat) {
      if (in[offsets[0] + i * strides[0]] != T(0)) found(flat);
    }
  });
}

absl::StatusOr<int64_t> Count(const KernelCall& call) {
  const KernelArgument& input = call.inputs[0];
  int64_t count = 0;
  const auto loop = MakeStridedLoop<1>(input.spec->shape, {input.spec});
  VisitDType(input.spec->dtype, [&](auto zero) {
    using T = decltype(zero);
    Launch(call.stream,
           [&count, loop, in = input.as<const T>()] { Scan(loop, in, [&](int64_t) { ++count; }); });
  });
  absl::Status status = call.stream.Synchronize();
  if (!status.ok()) return status;
  return count;
}

absl::Status Run(const KernelCall& call) {
  const KernelArgument& input = call.inputs[0];
  int64_t* const out = call.outputs[0].as<int64_t>();
  VisitDType(input.spec->dtype, [&](auto zero) {
    using T = decltype(zero);
    Launch(call.stream, [out, shape = input.spec->shape, in = input.as<const T>(),
                         loop = MakeStridedLoop<1>(input.spec->shape, {input.spec})] {
      int64_t* row = out;
      Scan(loop, in, [&](int64_t flat) {
        for (size_t d = shape.size(); d-- > 0;) {
          row[d] = flat % shape[d];
          flat /= shape[d];
        }
        row += shape.size();
      });
    });
  });
  return absl::OkStatus();
}

}  // namespace

Kernel NonzeroKernel() { return {Run, Count}; }

}  // namespace gradd::cpu
