#include "core/ops/reduction/amax.h"

#include "core/ops/reduction/extremum.h"

namespace gradd::ops {

const Op& AmaxOp() {
  static const Op& op =
      DefineOp(ExtremumDescription("amax",
                                   "The largest elements over the given dimensions, or over all; "
                                   "equal ones share the gradient."));
  return op;
}

}  // namespace gradd::ops
