#include "core/base/status.h"
#include "core/kernels/cuda/lanes.cuh"
#include "core/kernels/cuda/nll.h"
#include "core/kernels/functors/convert.h"
#include "core/kernels/nll_check.h"
#include "core/kernels/strided_parts.h"
#include "core/ops/loss/nll_layout.h"

namespace gradd::cuda {
namespace {

// Targets that a block adds up at least, and the most blocks that do.
constexpr int64_t kTargetsOfBlock = 2048;
constexpr int64_t kMostSums = 1024;

int64_t SumCount(const NllTargets& targets) {
  return std::clamp<int64_t>(targets.count / kTargetsOfBlock, 1, kMostSums);
}

struct FindBad {
  NllTargets targets;

  __device__ void operator()(int64_t i) const {
    if (!targets.IsBad(i)) return;
    static_assert(sizeof(long long) == sizeof targets.error->position);
    atomicMin(reinterpret_cast<long long*>(&targets.error->position), static_cast<long long>(i));
  }
};

// Once, after all of them.
struct ReportBad {
  NllTargets targets;

  __device__ void operator()(int64_t) const {
    IndexError& error = *targets.error;
    if (error.position == IndexError::kNowhere) return;
    error.found = 1;
    error.index = targets.Target(error.position);
    error.size = targets.classes;
  }
};

__device__ NllSum Add(NllSum a, NllSum b) { return {a.sum + b.sum, a.count + b.count}; }

// One of gridDim.x shares of the targets each block.
template <class T>
__global__ void __launch_bounds__(kBlockThreads)
    SumShares(const __grid_constant__ NllTargets targets, const T* in, NllSum* sums) {
  __shared__ NllSum shared[kBlockThreads];
  const int64_t step = int64_t{gridDim.x} * kBlockThreads;
  NllSum sum = {0, 0};
  for (int64_t i = int64_t{blockIdx.x} * kBlockThreads + threadIdx.x; i < targets.count;
       i += step) {
    const int64_t place = targets.Place(i);
    if (place == NllTargets::kIgnored) continue;
    sum = Add(sum, {in == nullptr ? 0 : Convert<double>(in[place]), 1});
  }
  sum = Lanes{kBlockThreads, true}.Joined(shared, sum, Add);
  if (threadIdx.x == 0) sums[blockIdx.x] = sum;
}

// One block.
__global__ void __launch_bounds__(kBlockThreads)
    SumSums(int64_t count, const NllSum* sums, NllSum* result) {
  __shared__ NllSum shared[kBlockThreads];
  NllSum sum = {0, 0};
  for (int64_t i = threadIdx.x; i < count; i += kBlockThreads) sum = Add(sum, sums[i]);
  sum = Lanes{kBlockThreads, true}.Joined(shared, sum, Add);
  if (threadIdx.x == 0) *result = sum;
}

}  // namespace

absl::StatusOr<NllTargets> NllTargets::Make(const KernelCall& call, const TensorSpec& input) {
  const KernelArgument& target = call.inputs[1];
  const int dim = ops::ClassDim(input.rank());
  Dims shape = input.shape, strides = input.strides;
  shape.erase(shape.begin() + dim);
  strides.erase(strides.begin() + dim);
  NllTargets targets;
  GRADD_ASSIGN_OR_RETURN(
      targets.layout, Part(target.spec->shape, target.spec->strides, 0, target.spec->shape.size()));
  GRADD_ASSIGN_OR_RETURN(targets.columns, Part(shape, strides, 0, shape.size()));
  targets.count = target.spec->element_count();
  targets.classes = input.shape[dim];
  targets.class_stride = input.strides[dim];
  targets.targets = target.as<const int64_t>();
  targets.ignore_index = call.attributes.Int(ops::kNllIgnoreIndex);
  targets.error = call.index_error;
  targets.are_known = TargetsAreKnown(call, targets.classes);
  return targets;
}

void FindBadTarget(Stream& stream, const NllTargets& targets) {
  ForEach(stream, targets.count, FindBad{targets});
  ForEach(stream, 1, ReportBad{targets});
}

int64_t NllSumBytes(const NllTargets& targets) {
  return (1 + SumCount(targets)) * static_cast<int64_t>(sizeof(NllSum));
}

template <class T>
void SumTargets(Stream& stream, const NllTargets& targets, const T* in, NllSum* result) {
  const int64_t count = SumCount(targets);
  Launch(stream, static_cast<unsigned>(count), SumShares<T>, targets, in, result + 1);
  Launch(stream, 1, SumSums, count, static_cast<const NllSum*>(result + 1), result);
}

template void SumTargets(Stream&, const NllTargets&, const Half*, NllSum*);
template void SumTargets(Stream&, const NllTargets&, const BFloat16*, NllSum*);
template void SumTargets(Stream&, const NllTargets&, const float*, NllSum*);
template void SumTargets(Stream&, const NllTargets&, const double*, NllSum*);

}  // namespace gradd::cuda
