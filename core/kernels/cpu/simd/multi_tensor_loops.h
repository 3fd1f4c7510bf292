// The inner loops of multi-tensor work (core/kernels/multi_tensor.h).
#pragma once

#include <cstdint>

#include "core/kernels/functors/adam_update.h"
#include "core/kernels/functors/rmsprop_update.h"
#include "core/kernels/functors/sgd_update.h"

namespace gradd::cpu {

// A stretch of one parameter: `count` elements of each, of the type that the loop is for.
struct UpdateStretch {
  int64_t count;
  void* parameter;
  const void* gradient;
  void* const* states;
};

// For float or for double.
struct UpdateLoops {
  void (*sgd)(const SgdNumbers& numbers, bool momentum, const UpdateStretch& stretch);
  void (*adam)(const AdamNumbers& numbers, bool amsgrad, const UpdateStretch& stretch);
  void (*rmsprop)(const RmspropNumbers& numbers, bool momentum, bool centered,
                  const UpdateStretch& stretch);
  void (*scale)(double factor, void* elements, int64_t count);
  void (*clamp)(double limit, void* elements, int64_t count);
};

struct MultiTensorLoops {
  UpdateLoops f32, f64;
  // What elements contribute to their norm: the sum of |x|^order, the number of those that are not
  // 0 for order 0, the largest or smallest |x| for order infinity or -infinity. The order in which
  // it is added up depends on `count` only, not on the instruction set.
  double (*norm_terms)(double order, const double* elements, int64_t count);
};

}  // namespace gradd::cpu
