#include "core/kernels/cuda/order.h"

namespace gradd::cuda {
namespace {

absl::Status RunTopk(const KernelCall& call) {
  return OrderLines(call, call.attributes.Int(1), call.attributes.Int(0),
                    /*descending=*/call.attributes.Bool(2));
}

}  // namespace

Kernel TopkKernel() { return {&RunTopk}; }

}  // namespace gradd::cuda
