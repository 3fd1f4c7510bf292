#include "core/ops/random/rand.h"

#include "core/ops/random/random_spec.h"

namespace gradd::ops {

const Op& RandOp() {
  static const Op& op = DefineOp({
      .name = "rand",
      .doc = "Numbers uniform in [0, 1).",
      .attributes = RandomAttributes(),
      .spec = RandomSpec,
      .is_random = true,
  });
  return op;
}

}  // namespace gradd::ops
