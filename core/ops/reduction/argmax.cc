#include "core/ops/reduction/argmax.h"

#include "core/ops/reduction/extremum.h"

namespace gradd::ops {

const Op& ArgmaxOp() {
  static const Op& op =
      DefineOp(ArgExtremumDescription("argmax",
                                      "The index of the largest element along a dimension, or of "
                                      "all in row-major order; the first of equal ones."));
  return op;
}

}  // namespace gradd::ops
