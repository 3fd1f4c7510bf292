// The inner loops of softmax and log_softmax along contiguous rows, and of their vjps.
#pragma once

#include <cstdint>

namespace gradd::cpu {

// For float or for double: the type of all elements. `out` may be the input.
struct SoftmaxLoops {
  // The largest element, NaN where one is; -infinity of none.
  double (*largest)(const void* x, int64_t count);
  // out = exp(x - shift). Returns the sum.
  double (*exp)(const void* x, double shift, void* out, int64_t count);
  // out = x * factor.
  void (*scale)(const void* x, double factor, void* out, int64_t count);
  // out = x - shift - other_shift, in this order.
  void (*shift)(const void* x, double shift, double other_shift, void* out, int64_t count);
  double (*sum)(const void* x, int64_t count);
  double (*dot)(const void* x, const void* y, int64_t count);
  // out = y * (cotangent - dot), where y is the softmax.
  void (*softmax_vjp)(const void* cotangent, const void* y, double dot, void* out, int64_t count);
  // out = cotangent - exp(y) * sum, where y is the log_softmax.
  void (*log_softmax_vjp)(const void* cotangent, const void* y, double sum, void* out,
                          int64_t count);
};

struct SoftmaxTable {
  SoftmaxLoops f32, f64;
};

}  // namespace gradd::cpu
