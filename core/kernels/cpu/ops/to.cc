#include "core/kernels/cpu/copy.h"
#include "core/kernels/kernel.h"

namespace gradd::cpu {

Kernel ToKernel() {
  return {[](const KernelCall& call) {
    Copy(call.stream, *call.outputs[0].spec, call.outputs[0].data, *call.inputs[0].spec,
         call.inputs[0].data);
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
