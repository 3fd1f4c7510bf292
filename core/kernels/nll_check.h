// What nll_loss's kernels of every backend say of its targets.
#pragma once

#include "core/base/status.h"
#include "core/kernels/kernel.h"
#include "core/ops/loss/nll_layout.h"

namespace gradd {

inline absl::Status TargetOutOfBounds(const IndexError& error) {
  return InvalidArgument("INDEX_OUT_OF_RANGE", "Target ", error.index, " is out of bounds.");
}

// Whether the targets, input 1, are known to be good. Those that are ignored may be anything.
inline bool TargetsAreKnown(const KernelCall& call, int64_t classes) {
  call.index_check->set_words(TargetOutOfBounds);
  const int64_t ignored = call.attributes.Int(ops::kNllIgnoreIndex);
  const bool allows_others = ignored < 0 || ignored >= classes;
  return call.index_check->IsKnown(call.inputs[1], {0, classes - 1}, allows_others);
}

}  // namespace gradd
