#include "core/base/status.h"
#include "core/kernels/cuda/copy.h"
#include "core/kernels/kernel.h"

namespace gradd::cuda {
namespace {

absl::Status RunStridedScatter(const KernelCall& call) {
  const KernelArgument& base = call.inputs[0];
  const KernelArgument& source = call.inputs[1];
  char* const out = call.outputs[0].as<char>();
  GRADD_RETURN_IF_ERROR(Copy(call.stream, *call.outputs[0].spec, out, *base.spec, base.data));
  TensorSpec target = *source.spec;
  target.strides = call.attributes.Dims(0);
  const int64_t offset = call.attributes.Int(1) * static_cast<int64_t>(ItemSize(target.dtype));
  return Copy(call.stream, target, out + offset, *source.spec, source.data);
}

}  // namespace

Kernel StridedScatterKernel() { return {&RunStridedScatter}; }

}  // namespace gradd::cuda
