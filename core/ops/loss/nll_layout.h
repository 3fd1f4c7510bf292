// How the input and the target of nll_loss fit together.
#pragma once

#include "absl/status/statusor.h"

#include "core/ops/loss/loss_reduction.h"

namespace gradd::ops {

// The attributes of nll_loss.
enum { kNllIgnoreIndex, kNllReduction };

// The dimension of the classes: an input is [C], [N, C] or [N, C, d1, ...].
inline int ClassDim(int rank) { return rank == 1 ? 0 : 1; }

// The shape of the losses before they are reduced, that of the target: [], [N] or [N, d1, ...].
// PyTorch's errors where input and target do not fit.
absl::StatusOr<Dims> NllLossShape(const TensorSpec& input, const TensorSpec& target);

// The number of targets that are not ignored, for each element of a batch of targets [B, ...], as a
// floating tensor [B].
Value CountPerElement(Builder& g, const Value& target, int64_t ignore_index, DType dtype);

}  // namespace gradd::ops
