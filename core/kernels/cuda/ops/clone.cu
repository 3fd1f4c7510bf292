#include "core/kernels/cuda/copy.h"
#include "core/kernels/kernel.h"

namespace gradd::cuda {
namespace {

absl::Status RunClone(const KernelCall& call) {
  return Copy(call.stream, *call.outputs[0].spec, call.outputs[0].data, *call.inputs[0].spec,
              call.inputs[0].data);
}

}  // namespace

Kernel CloneKernel() { return {&RunClone}; }

}  // namespace gradd::cuda
