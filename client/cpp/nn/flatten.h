// Several dimensions as one.
#pragma once

#include "client/cpp/nn/module.h"

namespace gradd {
inline namespace client {
namespace nn {

// The dimensions from start_dim to end_dim become one; the first is left as the batch.
class Flatten final : public Layer {
 public:
  explicit Flatten(int64_t start_dim = 1, int64_t end_dim = -1)
      : start_dim_(start_dim), end_dim_(end_dim) {}
  Tensor forward(const Tensor& input, SourceLine source = SourceLine::Here()) override;

 private:
  std::string description() const override;
  const int64_t start_dim_;
  const int64_t end_dim_;
};

}  // namespace nn
}  // namespace client
}  // namespace gradd
