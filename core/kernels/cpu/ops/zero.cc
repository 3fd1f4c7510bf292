#include <cstring>

#include "core/kernels/kernel.h"

namespace gradd::cpu {

Kernel ZeroKernel() {
  return {[](const KernelCall& call) {
    // Zero is all bits 0 in every dtype.
    Launch(call.stream, [out = call.outputs[0].data, bytes = call.outputs[0].spec->byte_count()] {
      if (bytes > 0) std::memset(out, 0, static_cast<size_t>(bytes));
    });
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
