// Bounds on gradients, as torch.nn.utils.clip_grad_norm_ and clip_grad_value_: one command for all
// parameters, in place, without waiting. Those without a gradient are passed over.
#pragma once

#include <vector>

#include "client/cpp/tensor.h"

namespace gradd {
inline namespace client {
namespace nn::utils {

// Scales the gradients so that their norm, taken of all of them as one vector, is at most
// `max_norm`, and returns what it was: a tensor without dimensions, of the dtype that those of the
// parameters promote to, on the first one's device. `norm_type` may be infinity. With
// `error_if_nonfinite` an infinite or NaN norm is an error, and nothing is scaled.
Tensor clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm,
                       double norm_type = 2.0, bool error_if_nonfinite = false,
                       SourceLine source = SourceLine::Here());

// Limits every element to [-clip_value, clip_value].
void clip_grad_value_(const std::vector<Tensor>& parameters, double clip_value,
                      SourceLine source = SourceLine::Here());

}  // namespace nn::utils
}  // namespace client
}  // namespace gradd
