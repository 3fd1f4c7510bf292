#include "core/base/status.h"
#include "core/kernels/cuda/indexed_slices.h"

namespace gradd::cuda {
namespace {

absl::Status RunEmbedding(const KernelCall& call) {
  GRADD_ASSIGN_OR_RETURN(const ops::IndexLayout layout,
                         ops::LayOutIndex(*call.inputs[0].spec, {0}, {call.inputs[1].spec}));
  return ReadIndexed(call, call.inputs[0], layout, call.inputs.subspan(1), /*wraps=*/false);
}

}  // namespace

Kernel EmbeddingKernel() { return {&RunEmbedding}; }

}  // namespace gradd::cuda
