#include "core/base/status.h"
#include "core/kernels/cuda/position_sort.h"
#include "core/kernels/cuda/random_fill.cuh"
#include "core/kernels/functors/convert.h"

namespace gradd::cuda {
namespace {

struct MakeRandomKeys {
  uint64_t* keys;
  RandomKey key;

  __device__ void operator()(int64_t i) const {
    const PhiloxBlock block = Philox(key.seed, key.offset, static_cast<uint64_t>(i / 2));
    keys[i] = Bits64(block, static_cast<int>(i % 2));
  }
};

template <class T>
struct ConvertPositions {
  const int64_t* positions;
  T* out;

  __device__ void operator()(int64_t i) const { out[i] = Convert<T>(positions[i]); }
};

absl::Status RunRandperm(const KernelCall& call) {
  const int64_t count = call.outputs[0].spec->element_count();
  if (count == 0) return absl::OkStatus();
  GRADD_ASSIGN_OR_RETURN(void* const memory,
                         call.workspace.Allocate(count * static_cast<int64_t>(sizeof(uint64_t))));
  auto* const keys = static_cast<uint64_t*>(memory);
  GRADD_ASSIGN_OR_RETURN(const PositionSort sort, PositionSort::Make(call, count));
  ForEach(call.stream, count, MakeRandomKeys{keys, KeyOf(call)});
  sort.Run(call.stream, keys);
  VisitDType(call.outputs[0].spec->dtype, [&](auto zero) {
    using T = decltype(zero);
    ForEach(call.stream, count, ConvertPositions<T>{sort.positions(), call.outputs[0].as<T>()});
  });
  return absl::OkStatus();
}

}  // namespace

Kernel RandpermKernel() { return {&RunRandperm}; }

}  // namespace gradd::cuda
