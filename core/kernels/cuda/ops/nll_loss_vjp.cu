#include "core/base/status.h"
#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/cuda/nll.h"
#include "core/kernels/functors/convert.h"
#include "core/kernels/strided_parts.h"
#include "core/ops/loss/nll_layout.h"

namespace gradd::cuda {
namespace {

// Over the targets. Each names an element of a column of its own.
template <class T>
struct NllSpread {
  NllTargets targets;
  const T* cotangent;
  StridedIndex layout;    // of the cotangent, over the targets; one element for all of them
  const NllSum* counted;  // what it is shared by; null: by nobody
  T* out;

  __device__ void operator()(int64_t i) const {
    if (targets.error->found != 0) return;
    const int64_t place = targets.Place(i);
    if (place == NllTargets::kIgnored) return;
    const double share = counted == nullptr ? 1 : static_cast<double>(counted->count);
    const double x = Convert<double>(cotangent[layout.Offset(i)]);
    out[place] = Convert<T>(-x / share);
  }
};

template <class T>
absl::Status RunNllLossVjpOf(const KernelCall& call) {
  const int64_t reduction = call.attributes.Int(ops::kNllReduction);
  const KernelArgument& cotangent = call.inputs[0];
  const KernelArgument& output = call.outputs[0];
  GRADD_ASSIGN_OR_RETURN(const NllTargets targets, NllTargets::Make(call, *output.spec));
  NllSpread<T> spread = {targets, cotangent.as<const T>(), {}, nullptr, output.as<T>()};
  if (reduction == ops::kNoReduction) {
    const TensorSpec& spec = *cotangent.spec;
    GRADD_ASSIGN_OR_RETURN(spread.layout, Part(spec.shape, spec.strides, 0, spec.shape.size()));
  }
  void* memory = nullptr;
  if (reduction == ops::kMeanReduction) {
    GRADD_ASSIGN_OR_RETURN(memory, call.workspace.Allocate(NllSumBytes(targets)));
  }
  if (!targets.are_known) FindBadTarget(call.stream, targets);
  if (output.spec->byte_count() != 0) {
    CudaStream& stream = AsCuda(call.stream);
    stream.Note(cudaMemsetAsync(output.data, 0, output.spec->byte_count(), stream.Use()),
                "clearing a gradient");
  }
  if (memory != nullptr) {
    NllSum* const counted = static_cast<NllSum*>(memory);
    SumTargets<T>(call.stream, targets, nullptr, counted);
    spread.counted = counted;
  }
  ForEach(call.stream, targets.count, spread);
  return absl::OkStatus();
}

absl::Status RunNllLossVjp(const KernelCall& call) {
  return VisitDType(call.outputs[0].spec->dtype, [&](auto zero) -> absl::Status {
    using T = decltype(zero);
    if constexpr (kIsFloatingElement<T>) return RunNllLossVjpOf<T>(call);
    return absl::OkStatus();  // refused by the spec rule
  });
}

}  // namespace

Kernel NllLossVjpKernel() { return {&RunNllLossVjp}; }

}  // namespace gradd::cuda
