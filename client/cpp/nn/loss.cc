#include "client/cpp/nn/loss.h"

namespace gradd {
inline namespace client {
namespace nn {

Tensor MSELoss::forward(const Tensor& input, const Tensor& target, SourceLine source) {
  return mse_loss(input, target, reduction_, source);
}

Tensor L1Loss::forward(const Tensor& input, const Tensor& target, SourceLine source) {
  return l1_loss(input, target, reduction_, source);
}

Tensor SmoothL1Loss::forward(const Tensor& input, const Tensor& target, SourceLine source) {
  return smooth_l1_loss(input, target, reduction_, beta_, source);
}

Tensor BCEWithLogitsLoss::forward(const Tensor& input, const Tensor& target, SourceLine source) {
  return binary_cross_entropy_with_logits(input, target, reduction_, source);
}

Tensor NLLLoss::forward(const Tensor& input, const Tensor& target, SourceLine source) {
  return nll_loss(input, target, ignore_index_, reduction_, source);
}

Tensor CrossEntropyLoss::forward(const Tensor& input, const Tensor& target, SourceLine source) {
  return cross_entropy(input, target, ignore_index_, reduction_, label_smoothing_, source);
}

}  // namespace nn
}  // namespace client
}  // namespace gradd
