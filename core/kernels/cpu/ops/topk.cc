#include "core/kernels/cpu/order.h"

namespace gradd::cpu {

Kernel TopkKernel() {
  return {[](const KernelCall& call) {
    return OrderLines(call, call.attributes.Int(1), call.attributes.Int(0),
                      /*descending=*/call.attributes.Bool(2));
  }};
}

}  // namespace gradd::cpu
