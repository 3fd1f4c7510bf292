// A table of vectors.
#pragma once

#include <optional>

#include "client/cpp/nn/module.h"
#include "client/cpp/tensor_options.h"

namespace gradd {
inline namespace client {
namespace nn {

// For indices [...] of int64, the rows of weight [count, size] that they name: [..., size]. The
// weight begins as N(0, 1).
class Embedding final : public Layer {
 public:
  // The row `padding_idx`, counted from the end when it is negative, begins as zeros and gets no
  // gradient.
  Embedding(int64_t count, int64_t size, std::optional<int64_t> padding_idx = std::nullopt,
            const TensorOptions& options = {}, SourceLine source = SourceLine::Here());

  Tensor forward(const Tensor& indices, SourceLine source = SourceLine::Here()) override;

  const Tensor& weight() const { return weight_; }

 private:
  std::string description() const override;

  Tensor weight_;
  std::optional<int64_t> padding_idx_;  // not negative
};

}  // namespace nn
}  // namespace client
}  // namespace gradd
