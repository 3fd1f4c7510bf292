// The arithmetic that pointwise formulas are written in.
//
// A formula is a branch-free template over a scalar-like type T. With float or double it becomes
// the kernels of the CPU and, through nvcc, of CUDA; with Expr (core/ops/expr.h) the same text
// builds ops, which gives derivatives of every order; with Probe (core/ops/probe.h) it says which
// arguments it uses. A T supports + - * /, unary -, construction from double, and the functions
// below. Formulas include nothing but this file.
#pragma once

#include <cmath>
#include <cstdint>

#if defined(__CUDACC__)
#define GRADD_HD __host__ __device__
#else
#define GRADD_HD
#endif

// The functions that formulas may use, beside the operators and select(). Probe and Expr get theirs
// from these lists; an Expr calls the op of the same name.
#define GRADD_FOR_EACH_SCALAR_FUNCTION(M) \
  M(abs)                                  \
  M(ceil)                                 \
  M(cos)                                  \
  M(erf)                                  \
  M(exp)                                  \
  M(expm1)                                \
  M(floor)                                \
  M(log)                                  \
  M(log1p)                                \
  M(log2)                                 \
  M(round)                                \
  M(sigmoid)                              \
  M(sign)                                 \
  M(sin)                                  \
  M(sqrt)                                 \
  M(tanh)                                 \
  M(trunc)
// Of two arguments. maximum and minimum are NaN where either is.
#define GRADD_FOR_EACH_SCALAR_FUNCTION_OF_TWO(M) \
  M(maximum)                                     \
  M(minimum)                                     \
  M(pow)

namespace gradd::ops {

#define GRADD_SCALAR_FROM_LIBM(name)                           \
  GRADD_HD inline float name(float x) { return ::name##f(x); } \
  GRADD_HD inline double name(double x) { return ::name(x); }
GRADD_SCALAR_FROM_LIBM(ceil)
GRADD_SCALAR_FROM_LIBM(cos)
GRADD_SCALAR_FROM_LIBM(erf)
GRADD_SCALAR_FROM_LIBM(exp)
GRADD_SCALAR_FROM_LIBM(expm1)
GRADD_SCALAR_FROM_LIBM(floor)
GRADD_SCALAR_FROM_LIBM(log)
GRADD_SCALAR_FROM_LIBM(log1p)
GRADD_SCALAR_FROM_LIBM(log2)
GRADD_SCALAR_FROM_LIBM(sin)
GRADD_SCALAR_FROM_LIBM(sqrt)
GRADD_SCALAR_FROM_LIBM(tanh)
GRADD_SCALAR_FROM_LIBM(trunc)
#undef GRADD_SCALAR_FROM_LIBM
// To the nearest, ties to even.
GRADD_HD inline float round(float x) { return ::nearbyintf(x); }
GRADD_HD inline double round(double x) { return ::nearbyint(x); }
GRADD_HD inline float abs(float x) { return ::fabsf(x); }
GRADD_HD inline double abs(double x) { return ::fabs(x); }

// Exact to both sides, where exp(-x) would overflow too.
template <class T>
GRADD_HD inline T sigmoid(T x) {
  const T z = exp(-abs(x));
  return (x >= T(0) ? T(1) : z) / (T(1) + z);
}

// condition ? a : b. Formulas have no other branches.
template <class T>
GRADD_HD constexpr T select(bool condition, T a, T b) {
  return condition ? a : b;
}

// 0 where x is NaN, as in PyTorch.
template <class T>
GRADD_HD constexpr T sign(T x) {
  return x > T(0) ? T(1) : x < T(0) ? T(-1) : T(0);
}
template <class T>
GRADD_HD constexpr T maximum(T a, T b) {
  return a != a || a > b ? a : b;
}
template <class T>
GRADD_HD constexpr T minimum(T a, T b) {
  return a != a || a < b ? a : b;
}

// Exponents 0, 1 and 2 are exact.
template <class T>
GRADD_HD inline T pow(T a, T b) {
  if (b == T(2)) return a * a;
  if (b == T(1)) return a;
  if (b == T(0)) return T(1);
  if constexpr (sizeof(T) == sizeof(float)) {
    return ::powf(a, b);
  } else {
    return ::pow(a, b);
  }
}

// Integers, as wide as they are computed with. Arithmetic wraps (-fwrapv).
GRADD_HD inline int64_t abs(int64_t x) { return x < 0 ? -x : x; }
GRADD_HD inline int64_t ceil(int64_t x) { return x; }
GRADD_HD inline int64_t floor(int64_t x) { return x; }
GRADD_HD inline int64_t round(int64_t x) { return x; }
GRADD_HD inline int64_t trunc(int64_t x) { return x; }
// A negative exponent gives the truncated quotient.
GRADD_HD inline int64_t pow(int64_t a, int64_t b) {
  if (b < 0) return a == 1 ? 1 : a == -1 ? (b % 2 == 0 ? 1 : -1) : 0;
  uint64_t result = 1, base = static_cast<uint64_t>(a);
  for (uint64_t e = static_cast<uint64_t>(b); e != 0; e >>= 1) {
    if ((e & 1) != 0) result *= base;
    base *= base;
  }
  return static_cast<int64_t>(result);
}

// The partial derivatives of a formula by each of its N arguments.
template <class T, int N>
struct Partials {
  T by[N];
};

// The dtypes that a formula is defined for. Integers and bools given to a kFloating formula are
// promoted to the default floating type first, as PyTorch does.
enum class Domain : uint8_t {
  kFloating,  // sin, exp, div
  kNumeric,   // integers too; integer arithmetic wraps
  kAny,       // bools too
};

}  // namespace gradd::ops
