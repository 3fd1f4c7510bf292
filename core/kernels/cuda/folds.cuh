// What the kinds of folds do with numbers A: double or int64. A fold joins accumulators in any
// order.
#pragma once

#include <cstdint>

#include "core/kernels/cuda/fold.cuh"
#include "core/ops/scalar.h"

namespace gradd::cuda {

template <class A>
struct SumFold {
  using Number = A;
  using Accumulator = A;
  __device__ static A None() { return 0; }
  __device__ static A Term(A x, int64_t, double, double) { return x; }
  __device__ static A Join(A a, A b) {
    if constexpr (std::is_same_v<A, double>) {
      return a + b;
    } else {
      return static_cast<A>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
    }
  }
};

template <class A>
struct ProductFold : SumFold<A> {
  __device__ static A None() { return 1; }
  __device__ static A Join(A a, A b) {
    if constexpr (std::is_same_v<A, double>) {
      return a * b;
    } else {
      return static_cast<A>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
    }
  }
};

template <class A>
struct NotZeroFold : SumFold<A> {
  __device__ static A Term(A x, int64_t, double, double) { return x == 0 ? 0 : 1; }
};

template <class A>
struct LargestFold : SumFold<A> {
  __device__ static A None() {
    return std::is_same_v<A, double> ? static_cast<A>(-INFINITY) : static_cast<A>(INT64_MIN);
  }
  __device__ static A Join(A a, A b) { return ops::maximum(a, b); }
};

template <class A>
struct SmallestFold : SumFold<A> {
  __device__ static A None() {
    return std::is_same_v<A, double> ? static_cast<A>(INFINITY) : static_cast<A>(INT64_MAX);
  }
  __device__ static A Join(A a, A b) { return ops::minimum(a, b); }
};

// NaN comes before everything, and of equals the first.
template <class A, template <class> class Extremum>
struct PlacedFold {
  using Number = A;
  using Accumulator = Placed<A>;
  __device__ static Placed<A> None() { return {Extremum<A>::None(), INT64_MAX}; }
  __device__ static Placed<A> Term(A x, int64_t place, double, double) { return {x, place}; }
  __device__ static Placed<A> Join(Placed<A> a, Placed<A> b) {
    const bool a_is_nan = a.value != a.value, b_is_nan = b.value != b.value;
    if (a.value == b.value || (a_is_nan && b_is_nan)) return a.place < b.place ? a : b;
    if (a_is_nan || b_is_nan) return a_is_nan ? a : b;
    return Extremum<A>::Join(a.value, b.value) == a.value ? a : b;
  }
};
template <class A>
using ArgLargestFold = PlacedFold<A, LargestFold>;
template <class A>
using ArgSmallestFold = PlacedFold<A, SmallestFold>;

template <class A>
struct SquaresAroundFold : SumFold<A> {
  __device__ static A Term(A x, int64_t, double, double center) {
    return (x - center) * (x - center);
  }
};
template <class A>
struct ExpAroundFold : SumFold<A> {
  __device__ static A Term(A x, int64_t, double, double center) { return ::exp(x - center); }
};
template <class A>
struct SquaresFold : SumFold<A> {
  __device__ static A Term(A x, int64_t, double, double) { return x * x; }
};
template <class A>
struct MagnitudesFold : SumFold<A> {
  __device__ static A Term(A x, int64_t, double, double) { return ::fabs(x); }
};
template <class A>
struct PowersFold : SumFold<A> {
  __device__ static A Term(A x, int64_t, double parameter, double) {
    return ops::pow(::fabs(x), parameter);
  }
};
template <class A>
struct LargestMagnitudeFold : LargestFold<A> {
  __device__ static A Term(A x, int64_t, double, double) { return ::fabs(x); }
};
template <class A>
struct SmallestMagnitudeFold : SmallestFold<A> {
  __device__ static A Term(A x, int64_t, double, double) { return ::fabs(x); }
};

}  // namespace gradd::cuda
