// Where a random op's numbers begin.
#pragma once

#include "core/kernels/functors/random_elements.h"
#include "core/kernels/kernel.h"

namespace gradd {

// The seed and the offset: the last two attributes of a random op, which sessions fill in.
inline RandomKey KeyOf(const KernelCall& call) {
  const size_t count = call.attributes.size();
  return {static_cast<uint64_t>(call.attributes.Int(count - 2)),
          static_cast<uint64_t>(call.attributes.Int(count - 1))};
}

}  // namespace gradd
