// Linear interpolation with a fixed weight, as torch.lerp computes it.
#pragma once

#include "core/ops/scalar.h"

namespace gradd {

// From `start` (weight 0) to `end` (weight 1), exact at both.
template <class T>
struct Lerp {
  GRADD_HD explicit Lerp(double number)
      : weight(number), rest(T(1.0) - T(number)), near(number < 0.5 && number > -0.5) {}

  GRADD_HD T operator()(T start, T end) const {
    return near ? start + weight * (end - start) : end - (end - start) * rest;
  }

 private:
  T weight, rest;
  bool near;
};

}  // namespace gradd
