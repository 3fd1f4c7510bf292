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

// The functions of one argument that formulas may use, beside the operators. Probe and Expr get
// theirs from this list; an Expr calls the op of the same name.
#define GRADD_FOR_EACH_SCALAR_FUNCTION(M) \
  M(sin)                                  \
  M(cos)                                  \
  M(exp)

namespace gradd::ops {

GRADD_HD inline float sin(float x) { return ::sinf(x); }
GRADD_HD inline double sin(double x) { return ::sin(x); }
GRADD_HD inline float cos(float x) { return ::cosf(x); }
GRADD_HD inline double cos(double x) { return ::cos(x); }
GRADD_HD inline float exp(float x) { return ::expf(x); }
GRADD_HD inline double exp(double x) { return ::exp(x); }

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
