#include "core/ops/scan/cumsum.h"

#include "core/ops/scan/cumsum_rules.h"
#include "core/ops/scan/reverse_cumsum.h"

namespace gradd::ops {

const Op& CumsumOp() {
  static const Op& op = DefineCumsum<ReverseCumsumOp>({
      .name = "cumsum",
      .doc = "Along a dimension, each element's sum with those before it. Integers and bools give "
             "int64.",
  });
  return op;
}

}  // namespace gradd::ops
