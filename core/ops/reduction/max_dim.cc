#include "core/ops/reduction/max_dim.h"

#include "core/ops/reduction/extremum.h"

namespace gradd::ops {

const Op& MaxDimOp() {
  static const Op& op = DefineOp(ExtremumAlongDimDescription(
      "max_dim",
      "The largest elements along a dimension, and their indices: the first of equal ones."));
  return op;
}

}  // namespace gradd::ops
