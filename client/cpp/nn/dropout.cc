#include "client/cpp/nn/dropout.h"

#include "absl/strings/str_cat.h"

#include "client/cpp/failure.h"
#include "client/cpp/float_repr.h"
#include "client/cpp/random_functions.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace nn {

Dropout::Dropout(double p, SourceLine source) : p_(p) {
  if (p >= 0 && p <= 1) return;
  Throw(InvalidArgument("PROBABILITY", "dropout probability has to be between 0 and 1, but got ",
                        FloatRepr(p)),
        "Dropout", source);
}

Tensor Dropout::forward(const Tensor& input, SourceLine source) {
  if (!is_training() || p_ == 0) return input;
  return client::dropout(input, p_, true, source);
}

std::string Dropout::description() const {
  return absl::StrCat("p=", FloatRepr(p_), ", inplace=False");
}

}  // namespace nn
}  // namespace client
}  // namespace gradd
