#include "core/ops/reduction/argmin.h"

#include "core/ops/reduction/extremum.h"

namespace gradd::ops {

const Op& ArgminOp() {
  static const Op& op =
      DefineOp(ArgExtremumDescription("argmin",
                                      "The index of the smallest element along a dimension, or of "
                                      "all in row-major order; the first of equal ones."));
  return op;
}

}  // namespace gradd::ops
