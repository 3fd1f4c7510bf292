#include "client/cpp/nn/linear.h"

#include <cmath>

#include "absl/strings/str_cat.h"

#include "client/cpp/factories.h"
#include "client/cpp/failure.h"
#include "client/cpp/nn/init.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace nn {

Linear::Linear(int64_t in_features, int64_t out_features, bool bias, const TensorOptions& options,
               SourceLine source) {
  if (in_features < 0 || out_features < 0) {
    Throw(InvalidArgument("NEGATIVE_SIZE", "Trying to create tensor with negative dimension ",
                          in_features < 0 ? in_features : out_features),
          "Linear", source);
  }
  // Of no inputs nothing can be said; PyTorch has zeros too.
  const double bound = in_features > 0 ? 1 / std::sqrt(static_cast<double>(in_features)) : 0;
  const auto parameter = [&](const char* name, const DimsArg& shape) {
    const Tensor tensor = zeros(shape, options.requires_grad(false), source);
    return register_parameter(name, init::uniform_(tensor, -bound, bound, source), source);
  };
  weight_ = parameter("weight", {out_features, in_features});
  if (bias) bias_ = parameter("bias", {out_features});
}

Tensor Linear::forward(const Tensor& input, SourceLine source) {
  if (bias_.defined()) return client::linear(input, weight_, bias_, source);
  return input.matmul(weight_.t(source), source);
}

std::string Linear::description() const {
  return absl::StrCat("in_features=", weight_.size(1), ", out_features=", weight_.size(0),
                      ", bias=", bias_.defined() ? "True" : "False");
}

}  // namespace nn
}  // namespace client
}  // namespace gradd
