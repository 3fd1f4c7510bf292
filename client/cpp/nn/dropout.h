// Elements left out at random, in training.
#pragma once

#include "client/cpp/nn/module.h"

namespace gradd {
inline namespace client {
namespace nn {

// In training each element is zero with probability p, and the others are divided by 1 - p, so that
// the expected value stays. Otherwise the input itself.
class Dropout final : public Layer {
 public:
  // Throws unless 0 <= p <= 1.
  explicit Dropout(double p = 0.5, SourceLine source = SourceLine::Here());
  Tensor forward(const Tensor& input, SourceLine source = SourceLine::Here()) override;

 private:
  std::string description() const override;
  const double p_;
};

}  // namespace nn
}  // namespace client
}  // namespace gradd
