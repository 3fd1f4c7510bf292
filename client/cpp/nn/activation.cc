#include "client/cpp/nn/activation.h"

#include "absl/strings/str_cat.h"

#include "client/cpp/failure.h"
#include "client/cpp/float_repr.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace nn {

Tensor ReLU::forward(const Tensor& input, SourceLine source) { return input.relu(source); }
Tensor Tanh::forward(const Tensor& input, SourceLine source) { return input.tanh(source); }
Tensor Sigmoid::forward(const Tensor& input, SourceLine source) { return input.sigmoid(source); }
Tensor SiLU::forward(const Tensor& input, SourceLine source) { return input.silu(source); }

GELU::GELU(const std::string& approximate, SourceLine source) : by_tanh_(approximate == "tanh") {
  if (!by_tanh_ && approximate != "none") {
    Throw(InvalidArgument("APPROXIMATE", "approximate argument must be either none or tanh."),
          "GELU", source);
  }
}
Tensor GELU::forward(const Tensor& input, SourceLine source) {
  return by_tanh_ ? input.gelu_tanh(source) : input.gelu(source);
}
std::string GELU::description() const {
  return absl::StrCat("approximate='", by_tanh_ ? "tanh" : "none", "'");
}

Tensor LeakyReLU::forward(const Tensor& input, SourceLine source) {
  return input.leaky_relu(negative_slope_, source);
}
std::string LeakyReLU::description() const {
  return absl::StrCat("negative_slope=", FloatRepr(negative_slope_));
}

Tensor Softplus::forward(const Tensor& input, SourceLine source) {
  return input.softplus(beta_, threshold_, source);
}
std::string Softplus::description() const {
  return absl::StrCat("beta=", FloatRepr(beta_), ", threshold=", FloatRepr(threshold_));
}

Tensor Softmax::forward(const Tensor& input, SourceLine source) {
  return input.softmax(dim_, std::nullopt, source);
}
std::string Softmax::description() const { return absl::StrCat("dim=", dim_); }

Tensor LogSoftmax::forward(const Tensor& input, SourceLine source) {
  return input.log_softmax(dim_, std::nullopt, source);
}
std::string LogSoftmax::description() const { return absl::StrCat("dim=", dim_); }

}  // namespace nn
}  // namespace client
}  // namespace gradd
