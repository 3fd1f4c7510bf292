// The kernels of reductions. Included by the files that instantiate them.
#pragma once

#include <type_traits>

#include "core/kernels/cuda/fold_call.cuh"
#include "core/kernels/cuda/pack.cuh"
#include "core/kernels/functors/convert.h"

namespace gradd::cuda {

template <class T>
using FoldNumber = std::conditional_t<std::is_integral_v<T>, int64_t, double>;

// A fold of accumulators that `Fold` made.
template <class Fold>
struct JoinFold {
  using Number = typename Fold::Accumulator;
  using Accumulator = Number;
  __device__ static Accumulator None() { return Fold::None(); }
  __device__ static Accumulator Term(Number x, int64_t, double, double) { return x; }
  __device__ static Accumulator Join(Accumulator a, Accumulator b) { return Fold::Join(a, b); }
};

template <class A>
__device__ A Finished(const Finish& finish, A x, double center) {
  if constexpr (std::is_same_v<A, double>) {
    switch (finish.kind) {
      case Finish::kQuotient:
        return x / finish.number;
      case Finish::kRootOfQuotient:
        return ::sqrt(x / finish.number);
      case Finish::kPower:
        return finish.number == 0.5 ? ::sqrt(x) : ::pow(x, finish.number);
      case Finish::kFinite:
        return x == INFINITY || x == -INFINITY ? 0 : x;
      case Finish::kLogAround:
        return ::log(x) + center;
      default:
        break;
    }
  }
  return finish.kind == Finish::kIsNumber ? A(x == static_cast<A>(finish.number)) : x;
}

template <class A>
__device__ void StoreAs(DType dtype, void* to, int64_t i, A x) {
  switch (dtype) {
    case DType::kBool:
      static_cast<bool*>(to)[i] = Convert<bool>(x);
      break;
    case DType::kInt32:
      static_cast<int32_t*>(to)[i] = Convert<int32_t>(x);
      break;
    case DType::kInt64:
      static_cast<int64_t*>(to)[i] = Convert<int64_t>(x);
      break;
    case DType::kFloat16:
      static_cast<Half*>(to)[i] = Convert<Half>(x);
      break;
    case DType::kBFloat16:
      static_cast<BFloat16*>(to)[i] = Convert<BFloat16>(x);
      break;
    case DType::kFloat32:
      static_cast<float*>(to)[i] = Convert<float>(x);
      break;
    case DType::kFloat64:
      static_cast<double*>(to)[i] = Convert<double>(x);
      break;
  }
}

// A value and where it was found.
template <class A>
struct Placed {
  A value;
  int64_t place;
};

template <class A>
__device__ void StoreOutput(const FoldCall& call, int64_t output, A x, double center) {
  StoreAs(call.out.dtype, call.out.data, output, Finished(call.finish, x, center));
}
template <class A>
__device__ void StoreOutput(const FoldCall& call, int64_t output, Placed<A> x, double) {
  call.out.indices[output] = x.place;
  if (call.out.data != nullptr) StoreAs(call.out.dtype, call.out.data, output, x.value);
}

// One lane's share of the elements [begin, end) of the output at `from`.
template <class Fold, class T>
__device__ typename Fold::Accumulator FoldShare(const FoldCall& call, const T* from, int64_t begin,
                                                int64_t end, double center) {
  using Number = typename Fold::Number;
  constexpr int kItems = sizeof(T) < 16 ? 16 / sizeof(T) : 1;
  const int lanes = call.lanes.count, lane = call.lanes.lane();
  const double parameter = call.parameter;
  typename Fold::Accumulator sum = Fold::None();
  const auto join = [&](T x, int64_t i) {
    sum = Fold::Join(sum, Fold::Term(Convert<Number>(x), i, parameter, center));
  };
  if (call.is_row) {
    // Which lane has which elements does not depend on whether they can be loaded together.
    int64_t i = begin + lane * kItems;
    const int64_t step = int64_t{lanes} * kItems;
    if (call.is_aligned) {
      using Items = Pack<T, kItems>;
      const auto load = [&](int64_t at) { return *reinterpret_cast<const Items*>(from + at); };
      const auto join_all = [&](const Items& items, int64_t at) {
#pragma unroll
        for (int k = 0; k < kItems; ++k) join(items.item[k], at + k);
      };
      // All are on their way before the first is waited for.
      constexpr int kLoads = 4;
      for (; i + (kLoads - 1) * step + kItems <= end; i += kLoads * step) {
        Items items[kLoads];
#pragma unroll
        for (int v = 0; v < kLoads; ++v) items[v] = load(i + v * step);
#pragma unroll
        for (int v = 0; v < kLoads; ++v) join_all(items[v], i + v * step);
      }
      for (; i + kItems <= end; i += step) join_all(load(i), i);
    } else {
      for (; i + kItems <= end; i += step) {
#pragma unroll
        for (int k = 0; k < kItems; ++k) join(from[i + k], i + k);
      }
    }
    for (; i < end; ++i) join(from[i], i);  // of one lane
  } else if (call.reduced.rank == 1) {
    const int64_t stride = call.reduced.strides[0][0];
#pragma unroll 4
    for (int64_t i = begin + lane; i < end; i += lanes) join(from[i * stride], i);
  } else {
    for (int64_t i = begin + lane; i < end; i += lanes) {
      int64_t offsets[1];
      call.reduced.Offsets(i, offsets);
      join(from[offsets[0]], i);
    }
  }
  return sum;
}

template <class Fold, class T>
__global__ void __launch_bounds__(kBlockThreads) FoldKernel(const __grid_constant__ FoldCall call) {
  using A = typename Fold::Accumulator;
  __shared__ A shared[kBlockThreads];
  const int64_t all_blocks = call.blocks * call.pieces;
  for (int64_t block = blockIdx.x; block < all_blocks; block += gridDim.x) {
    const int64_t piece = block / call.blocks;
    const int64_t output = block % call.blocks * call.lanes.outputs() + call.lanes.output();
    A sum = Fold::None();
    double center = 0;
    if (output < call.outputs) {
      int64_t offsets[1];
      call.kept.Offsets(output, offsets);
      if (call.centers != nullptr) center = call.centers[output];
      const int64_t begin = piece * call.piece_elements;
      const int64_t end = begin + call.piece_elements;
      sum = FoldShare<Fold>(call, static_cast<const T*>(call.in) + offsets[0], begin,
                            end < call.elements ? end : call.elements, center);
    }
    sum = call.lanes.Joined(shared, sum, [](A a, A b) { return Fold::Join(a, b); });
    if (output >= call.outputs || call.lanes.lane() != 0) continue;
    if (call.pieces > 1) {
      static_cast<A*>(call.partials)[piece * call.outputs + output] = sum;
    } else {
      StoreOutput(call, output, sum, center);
    }
  }
}

template <class Fold, class T>
void LaunchFoldOf(Stream& stream, const FoldCall& elements, const FoldCall& partials) {
  const auto blocks = [](const FoldCall& call) {
    return static_cast<unsigned>(std::min(call.blocks * call.pieces, kMostBlocks));
  };
  Launch(stream, blocks(elements), FoldKernel<Fold, T>, elements);
  if (elements.pieces == 1) return;
  Launch(stream, blocks(partials), FoldKernel<JoinFold<Fold>, typename Fold::Accumulator>,
         partials);
}

// The FoldLauncher of Fold<FoldNumber<T>> for elements of T.
template <template <class> class Fold, bool kFloatingOnly = false>
void LaunchFold(Stream& stream, DType dtype, const FoldCall& elements, const FoldCall& partials) {
  VisitDType(dtype, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (kIsFloatingElement<T> || !kFloatingOnly) {
      LaunchFoldOf<Fold<FoldNumber<T>>, T>(stream, elements, partials);
    }
  });
}

}  // namespace gradd::cuda
