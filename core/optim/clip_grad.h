// Bounds on gradients, as torch.nn.utils.clip_grad_norm_ and clip_grad_value_. In place and without
// recording; parameters without a gradient are passed over. All or nothing.
#pragma once

#include "absl/status/statusor.h"

#include "core/autograd/tape.h"
#include "core/base/cancellation.h"
#include "core/runtime/eager.h"

namespace gradd {

struct ClipNormOptions {
  double max_norm = 0;
  double norm_type = 2;  // the norm's order
  // Fails, and scales nothing, when the norm is infinite or NaN. Waits for the device.
  bool error_if_nonfinite = false;
};

// Scales the gradients so that the norm of all of them as one vector is at most `max_norm`, and
// returns what it was: without dimensions, of the dtype that those of `parameters` promote to, on
// the device of the first.
absl::StatusOr<Value> ClipGradNorm(Tape& tape, Eager& eager, ValueSpan parameters,
                                   const ClipNormOptions& options,
                                   const Cancellation& cancellation);

// Limits every element to [-clip_value, clip_value].
absl::Status ClipGradValue(Tape& tape, Eager& eager, ValueSpan parameters, double clip_value,
                           const Cancellation& cancellation);

}  // namespace gradd
