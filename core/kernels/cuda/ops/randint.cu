#include "core/kernels/cuda/random_fill.cuh"

namespace gradd::cuda {
namespace {

absl::Status RunRandint(const KernelCall& call) {
  const uint64_t low = static_cast<uint64_t>(call.attributes.Int(0));
  const uint64_t range = static_cast<uint64_t>(call.attributes.Int(1)) - low;
  VisitDType(call.outputs[0].spec->dtype, [&](auto zero) {
    FillRandom<decltype(zero)>(call, IntegerNumbers{low, range});
  });
  return absl::OkStatus();
}

}  // namespace

Kernel RandintKernel() { return {&RunRandint}; }

}  // namespace gradd::cuda
