#include "core/ops/reduction/amin.h"

#include "core/ops/reduction/extremum.h"

namespace gradd::ops {

const Op& AminOp() {
  static const Op& op =
      DefineOp(ExtremumDescription("amin",
                                   "The smallest elements over the given dimensions, or over all; "
                                   "equal ones share the gradient."));
  return op;
}

}  // namespace gradd::ops
