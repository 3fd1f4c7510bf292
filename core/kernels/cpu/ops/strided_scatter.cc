#include "core/kernels/cpu/copy.h"
#include "core/kernels/kernel.h"

namespace gradd::cpu {

Kernel StridedScatterKernel() {
  return {[](const KernelCall& call) {
    const KernelArgument& base = call.inputs[0];
    const KernelArgument& source = call.inputs[1];
    char* const out = call.outputs[0].as<char>();
    Copy(call.stream, *call.outputs[0].spec, out, *base.spec, base.data);
    TensorSpec target = *source.spec;
    target.strides = call.attributes.Dims(0);
    const int64_t offset = call.attributes.Int(1) * static_cast<int64_t>(ItemSize(target.dtype));
    Copy(call.stream, target, out + offset, *source.spec, source.data);
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
