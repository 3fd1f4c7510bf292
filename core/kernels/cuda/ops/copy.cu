#include "core/kernels/cuda/copy.h"
#include "core/kernels/kernel.h"

namespace gradd::cuda {
namespace {

absl::Status RunCopy(const KernelCall& call) {
  return Copy(call.stream, *call.outputs[0].spec, call.outputs[0].data, *call.inputs[1].spec,
              call.inputs[1].data);
}

}  // namespace

Kernel CopyKernel() { return {&RunCopy}; }

}  // namespace gradd::cuda
