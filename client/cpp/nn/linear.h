// An affine map.
#pragma once

#include "client/cpp/nn/module.h"
#include "client/cpp/tensor_options.h"

namespace gradd {
inline namespace client {
namespace nn {

// input [..., in] times weight [out, in] transposed, plus bias [out]. Both begin as U(-b, b) with
// b = 1 / sqrt(in), as in PyTorch.
class Linear final : public Layer {
 public:
  // `options`: the parameters' dtype, device and connection.
  Linear(int64_t in_features, int64_t out_features, bool bias = true,
         const TensorOptions& options = {}, SourceLine source = SourceLine::Here());

  Tensor forward(const Tensor& input, SourceLine source = SourceLine::Here()) override;

  const Tensor& weight() const { return weight_; }
  // Undefined without a bias.
  const Tensor& bias() const { return bias_; }

 private:
  std::string description() const override;

  Tensor weight_;
  Tensor bias_;
};

}  // namespace nn
}  // namespace client
}  // namespace gradd
