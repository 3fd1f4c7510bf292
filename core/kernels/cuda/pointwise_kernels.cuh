// From a formula to its kernels. Included by the generated files that instantiate it.
#pragma once

#include <cstring>
#include <utility>

#include "core/kernels/cuda/pack.cuh"
#include "core/kernels/cuda/pointwise.h"
#include "core/kernels/cuda/start_kernel.cuh"
#include "core/kernels/functors/convert.h"
#include "core/kernels/functors/formula.h"

namespace gradd::cuda {

inline constexpr int kPointwiseThreads = 256;

// What elements of T are computed with: as on the processor (cpu/elements.h), wide integers.
template <class T>
using PointwiseCompute =
    std::conditional_t<std::is_integral_v<T>, int64_t,
                       std::conditional_t<std::is_same_v<T, double>, double, float>>;

// The formula of elements, stored as T and Out.
template <class Formula, class Out, class T, size_t... K>
__device__ __forceinline__ Out Evaluate(const T (&in)[sizeof...(K)], std::index_sequence<K...>) {
  using C = PointwiseCompute<T>;
  return Convert<Out>(Formula::value(Convert<C>(in[K])...));
}

template <class T>
__device__ __forceinline__ T NumberAt(const PointwiseCall& call, int k) {
  if (call.in[k] != nullptr) return *static_cast<const T*>(call.in[k]);
  T number;
  memcpy(&number, call.number[k], sizeof number);
  return number;
}

// 16 bytes of each input, twice where there are few of them: so many have to be on their way for
// the memory never to wait.
template <class T, int N>
struct RowShape {
  static constexpr int kItems = sizeof(T) == 1 ? 8 : 16 / sizeof(T);
  static constexpr int kVectors = N <= 2 && sizeof(T) < 8 ? 2 : 1;
  static constexpr int64_t kTile = int64_t{kPointwiseThreads} * kItems * kVectors;
};

template <class Formula, class T, class Out>
__global__ void __launch_bounds__(kPointwiseThreads)
    RowKernel(const __grid_constant__ PointwiseCall call) {
  constexpr int N = Formula::kArity;
  using Shape = RowShape<T, N>;
  using In = Pack<T, Shape::kItems>;
  using Result = Pack<Out, Shape::kItems>;
  const int64_t first = blockIdx.x * Shape::kTile + threadIdx.x * Shape::kItems;
  constexpr int64_t kStep = int64_t{kPointwiseThreads} * Shape::kItems;
  const bool is_whole = (blockIdx.x + int64_t{1}) * Shape::kTile <= call.count;
  In in[Shape::kVectors][N];
  // Of small elements, which take some work to unpack, all operands are loaded before any is.
  const bool loads_all = sizeof(T) < 4 && is_whole && call.is_single == 0;
  if (loads_all) {
#pragma unroll
    for (int k = 0; k < N; ++k) {
#pragma unroll
      for (int v = 0; v < Shape::kVectors; ++v) {
        in[v][k] =
            *reinterpret_cast<const In*>(static_cast<const T*>(call.in[k]) + first + v * kStep);
      }
    }
  }
#pragma unroll
  for (int k = 0; k < N && !loads_all; ++k) {
    if ((call.is_single >> k & 1) != 0) {
      const T number = NumberAt<T>(call, k);
#pragma unroll
      for (int v = 0; v < Shape::kVectors; ++v) {
#pragma unroll
        for (int i = 0; i < Shape::kItems; ++i) in[v][k].item[i] = number;
      }
      continue;
    }
    const T* const from = static_cast<const T*>(call.in[k]);
#pragma unroll
    for (int v = 0; v < Shape::kVectors; ++v) {
      const int64_t at = first + v * kStep;
      if (is_whole) {
        in[v][k] = *reinterpret_cast<const In*>(from + at);
      } else {
#pragma unroll
        for (int i = 0; i < Shape::kItems; ++i) {
          in[v][k].item[i] = at + i < call.count ? from[at + i] : T(1);
        }
      }
    }
  }
  Out* const out = static_cast<Out*>(call.out);
#pragma unroll
  for (int v = 0; v < Shape::kVectors; ++v) {
    const int64_t at = first + v * kStep;
    Result result;
#pragma unroll
    for (int i = 0; i < Shape::kItems; ++i) {
      T arguments[N];
#pragma unroll
      for (int k = 0; k < N; ++k) arguments[k] = in[v][k].item[i];
      result.item[i] = Evaluate<Formula, Out>(arguments, std::make_index_sequence<N>());
    }
    if (is_whole) {
      *reinterpret_cast<Result*>(out + at) = result;
    } else {
#pragma unroll
      for (int i = 0; i < Shape::kItems; ++i) {
        if (at + i < call.count) out[at + i] = result.item[i];
      }
    }
  }
}

template <class Formula, class T, class Out>
__global__ void __launch_bounds__(kPointwiseThreads)
    StridedKernel(const __grid_constant__ PointwiseCall call) {
  constexpr int N = Formula::kArity;
  const int64_t step = int64_t{gridDim.x} * kPointwiseThreads;
  for (int64_t flat = int64_t{blockIdx.x} * kPointwiseThreads + threadIdx.x; flat < call.count;
       flat += step) {
    int64_t offsets[N];
    call.layout.Offsets(flat, offsets);
    T arguments[N];
#pragma unroll
    for (int k = 0; k < N; ++k) {
      arguments[k] = call.in[k] != nullptr ? static_cast<const T*>(call.in[k])[offsets[k]]
                                           : NumberAt<T>(call, k);
    }
    static_cast<Out*>(call.out)[flat] =
        Evaluate<Formula, Out>(arguments, std::make_index_sequence<N>());
  }
}

template <class Formula, class T>
cudaError_t LaunchPointwise(const PointwiseCall& call, cudaStream_t stream) {
  using Out = std::conditional_t<Formula::kIsPredicate, bool, T>;
  if (call.is_row) {
    const int64_t blocks = (call.count - 1) / RowShape<T, Formula::kArity>::kTile + 1;
    return StartKernel(static_cast<unsigned>(blocks), kPointwiseThreads, stream,
                       RowKernel<Formula, T, Out>, call);
  }
  constexpr int64_t kMostBlocks = int64_t{1} << 20;
  const int64_t blocks = (call.count - 1) / kPointwiseThreads + 1;
  return StartKernel(static_cast<unsigned>(blocks < kMostBlocks ? blocks : kMostBlocks),
                     kPointwiseThreads, stream, StridedKernel<Formula, T, Out>, call);
}

template <class Formula, class... T>
PointwiseLaunchers LaunchersFor() {
  PointwiseLaunchers launchers;
  ((launchers.by_dtype[static_cast<int>(kDTypeOf<T>)] = &LaunchPointwise<Formula, T>), ...);
  return launchers;
}

// Merges the non-null entries of `more`.
inline void Merge(PointwiseLaunchers& all, const PointwiseLaunchers& more) {
  for (int i = 0; i < kDTypeCount; ++i) {
    if (more.by_dtype[i] != nullptr) all.by_dtype[i] = more.by_dtype[i];
  }
}

template <class F>
PointwiseLaunchers ValueLaunchers() {
  using Value = FormulaValue<F>;
  PointwiseLaunchers all = LaunchersFor<Value, Half, BFloat16, float, double>();
  if constexpr (F::kDomain != ops::Domain::kFloating) {
    Merge(all, LaunchersFor<Value, int32_t, int64_t>());
  }
  if constexpr (F::kDomain == ops::Domain::kAny) Merge(all, LaunchersFor<Value, bool>());
  return all;
}

template <class F, int I>
PointwiseLaunchers VjpLaunchers() {
  if constexpr (ops::pointwise_internal::kUses<F, I> != 0) {
    return LaunchersFor<FormulaVjp<F, I>, Half, BFloat16, float, double>();
  } else {
    return {};  // the partial is a constant, and there is no such op
  }
}

template <class F, size_t... I>
FormulaKernels KernelsOf(std::index_sequence<I...>) {
  FormulaKernels kernels = {F::kName, F::kArity, ValueLaunchers<F>(), {}};
  if constexpr (!ops::pointwise_internal::kIsPredicate<F>) {
    ((kernels.vjp[I] = VjpLaunchers<F, I>()), ...);
  }
  return kernels;
}

// All kernels of the formula F.
template <class F>
FormulaKernels KernelsOf() {
  return KernelsOf<F>(std::make_index_sequence<F::kArity>());
}

}  // namespace gradd::cuda
