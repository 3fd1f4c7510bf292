#include "core/ops/scan/reverse_cumsum.h"

#include "core/ops/scan/cumsum.h"
#include "core/ops/scan/cumsum_rules.h"

namespace gradd::ops {

const Op& ReverseCumsumOp() {
  static const Op& op = DefineCumsum<CumsumOp>({
      .name = "reverse_cumsum",
      .doc = "Along a dimension, each element's sum with those behind it.",
      .is_internal = true,
  });
  return op;
}

}  // namespace gradd::ops
