#include "core/ops/random/randn.h"

#include "core/ops/random/random_spec.h"

namespace gradd::ops {

const Op& RandnOp() {
  static const Op& op = DefineOp({
      .name = "randn",
      .doc = "Normal numbers of mean 0 and variance 1.",
      .attributes = RandomAttributes(),
      .spec = RandomSpec,
      .is_random = true,
  });
  return op;
}

}  // namespace gradd::ops
