#include "core/ops/reduction/all.h"

#include "core/ops/reduction/truth.h"

namespace gradd::ops {

const Op& AllOp() {
  static const Op& op = DefineTruth(
      "all", "Whether all elements over the given dimensions, or of all, are not zero.");
  return op;
}

}  // namespace gradd::ops
