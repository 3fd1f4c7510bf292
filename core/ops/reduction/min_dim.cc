#include "core/ops/reduction/min_dim.h"

#include "core/ops/reduction/extremum.h"

namespace gradd::ops {

const Op& MinDimOp() {
  static const Op& op = DefineOp(ExtremumAlongDimDescription(
      "min_dim",
      "The smallest elements along a dimension, and their indices: the first of equal ones."));
  return op;
}

}  // namespace gradd::ops
