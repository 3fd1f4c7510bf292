#include <cstdlib>

#include "core/base/status.h"
#include "core/kernels/cuda/copy.h"
#include "core/kernels/cuda/softmax.h"
#include "core/kernels/cuda/softmax_rows.cuh"
#include "core/kernels/cuda/strided_layouts.h"

namespace gradd::cuda {
namespace {

template <template <class> class Row>
absl::Status LaunchSoftmax(const KernelCall& call) {
  constexpr int N = Row<float>::kInputs;
  const KernelArgument& output = call.outputs[0];
  const TensorSpec& spec = *output.spec;
  if (spec.element_count() == 0) return absl::OkStatus();
  GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(call.attributes.Int(0), spec.rank()));
  SoftmaxCall rows = {};
  // Operand 1 is the output again where there is one input.
  KernelArgument operands[3] = {output, output, output};
  TensorSpec others[3];
  for (int k = 0; k < 3; ++k) {
    if (k < N && call.inputs[k].spec->dtype == spec.dtype) operands[k] = call.inputs[k];
    others[k] = *operands[k].spec;
    rows.strides[k] = 1;
    if (spec.rank() == 0) continue;
    rows.strides[k] = others[k].strides[dim];
    others[k].shape.erase(others[k].shape.begin() + dim);
    others[k].strides.erase(others[k].strides.begin() + dim);
  }
  const auto loop = MakeStridedLoop<3>(others[2].shape, {&others[0], &others[1], &others[2]});
  GRADD_ASSIGN_OR_RETURN(rows.rows, MakeLayout<3>(loop));
  rows.row_count = loop.count;
  rows.length = spec.element_count() / loop.count;
  const int64_t apart = loop.strides[0].back();
  const bool is_across = loop.shape.back() >= 8 && apart != 0 && rows.length > 1 &&
                         std::abs(apart) < std::abs(rows.strides[0]);
  rows.lanes = Lanes::For(rows.row_count, rows.length, !is_across);
  rows.blocks = rows.lanes.BlocksFor(rows.row_count);
  rows.is_row = rows.strides[0] == 1 && rows.strides[1] == 1 && rows.strides[2] == 1;
  rows.is_aligned = rows.is_row;
  const int64_t items = 16 / static_cast<int64_t>(ItemSize(spec.dtype));
  for (int k = 0; k < 3; ++k) {
    for (const int64_t s : loop.strides[k]) rows.is_aligned = rows.is_aligned && s % items == 0;
    const auto address = reinterpret_cast<uintptr_t>(operands[k].data);
    rows.is_aligned = rows.is_aligned && address % 16 == 0;
  }
  rows.in[0] = operands[0].data;
  rows.in[1] = operands[1].data;
  rows.out = output.data;
  for (int k = 0; k < N; ++k) {  // converted into the output, where the rows then replace it
    const KernelArgument& input = call.inputs[k];
    if (input.spec->dtype == spec.dtype) continue;
    GRADD_RETURN_IF_ERROR(Copy(call.stream, spec, output.data, *input.spec, input.data));
  }
  VisitDType(spec.dtype, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (kIsFloatingElement<T>) {
      const auto blocks = static_cast<unsigned>(std::min(rows.blocks, kMostBlocks));
      Launch(call.stream, blocks, SoftmaxKernel<Row<T>, T>, rows);
    }
  });
  return absl::OkStatus();
}

}  // namespace

absl::Status Softmax(const KernelCall& call) { return LaunchSoftmax<SoftmaxRow>(call); }
absl::Status LogSoftmax(const KernelCall& call) { return LaunchSoftmax<LogSoftmaxRow>(call); }
absl::Status SoftmaxVjp(const KernelCall& call) { return LaunchSoftmax<SoftmaxVjpRow>(call); }
absl::Status LogSoftmaxVjp(const KernelCall& call) { return LaunchSoftmax<LogSoftmaxVjpRow>(call); }

}  // namespace gradd::cuda
