#include "core/base/status.h"
#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/cuda/nll.h"
#include "core/kernels/functors/convert.h"
#include "core/ops/loss/nll_layout.h"

namespace gradd::cuda {
namespace {

// Over the targets.
template <class T>
struct NllEach {
  NllTargets targets;
  const T* in;
  T* out;

  __device__ void operator()(int64_t i) const {
    if (targets.error->found != 0) return;
    const int64_t place = targets.Place(i);
    out[i] = place == NllTargets::kIgnored ? T(0.0f) : T(-in[place]);
  }
};

// Once.
template <class T>
struct NllTotal {
  const NllSum* sum;
  bool is_mean;
  T* out;
  const IndexError* error;

  __device__ void operator()(int64_t) const {
    if (error->found != 0) return;
    const double share = is_mean ? static_cast<double>(sum->count) : 1;
    *out = Convert<T>(-sum->sum / share);  // NaN where all are ignored
  }
};

template <class T>
absl::Status RunNllLossOf(const KernelCall& call) {
  const int64_t reduction = call.attributes.Int(ops::kNllReduction);
  const T* const in = call.inputs[0].as<const T>();
  T* const out = call.outputs[0].as<T>();
  GRADD_ASSIGN_OR_RETURN(const NllTargets targets, NllTargets::Make(call, *call.inputs[0].spec));
  void* memory = nullptr;
  if (reduction != ops::kNoReduction) {
    GRADD_ASSIGN_OR_RETURN(memory, call.workspace.Allocate(NllSumBytes(targets)));
  }
  NllSum* const sum = static_cast<NllSum*>(memory);
  if (!targets.are_known) FindBadTarget(call.stream, targets);
  if (reduction == ops::kNoReduction) {
    ForEach(call.stream, targets.count, NllEach<T>{targets, in, out});
  } else {
    SumTargets(call.stream, targets, in, sum);
    ForEach(call.stream, 1,
            NllTotal<T>{sum, reduction == ops::kMeanReduction, out, call.index_error});
  }
  return absl::OkStatus();
}

absl::Status RunNllLoss(const KernelCall& call) {
  return VisitDType(call.inputs[0].spec->dtype, [&](auto zero) -> absl::Status {
    using T = decltype(zero);
    if constexpr (kIsFloatingElement<T>) return RunNllLossOf<T>(call);
    return absl::OkStatus();  // refused by the spec rule
  });
}

}  // namespace

Kernel NllLossKernel() { return {&RunNllLoss}; }

}  // namespace gradd::cuda
