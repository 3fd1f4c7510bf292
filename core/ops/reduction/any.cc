#include "core/ops/reduction/any.h"

#include "core/ops/reduction/truth.h"

namespace gradd::ops {

const Op& AnyOp() {
  static const Op& op =
      DefineTruth("any", "Whether any element over the given dimensions, or of all, is not zero.");
  return op;
}

}  // namespace gradd::ops
