#include "client/cpp/nn/init.h"

#include <cmath>

#include "client/cpp/failure.h"
#include "client/cpp/grad_mode.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace nn {
namespace init {

Tensor uniform_(const Tensor& tensor, double low, double high, SourceLine source) {
  const NoGradGuard guard;
  return tensor.uniform_(low, high, source);
}

Tensor normal_(const Tensor& tensor, double mean, double std, SourceLine source) {
  const NoGradGuard guard;
  return tensor.normal_(mean, std, source);
}

Tensor constant_(const Tensor& tensor, double value, SourceLine source) {
  const NoGradGuard guard;
  return tensor.fill_(value, source);
}
Tensor zeros_(const Tensor& tensor, SourceLine source) { return constant_(tensor, 0, source); }
Tensor ones_(const Tensor& tensor, SourceLine source) { return constant_(tensor, 1, source); }

Fans FansOf(const Tensor& weight, SourceLine source) {
  if (weight.dim() < 2) {
    Throw(InvalidArgument("RANK_TOO_SMALL",
                          "Fan in and fan out can not be computed for tensor with fewer than 2 "
                          "dimensions"),
          "init", source);
  }
  double behind = 1;
  for (int64_t dim = 2; dim < weight.dim(); ++dim) behind *= static_cast<double>(weight.size(dim));
  return {static_cast<double>(weight.size(1)) * behind,
          static_cast<double>(weight.size(0)) * behind};
}

Tensor xavier_uniform_(const Tensor& tensor, double gain, SourceLine source) {
  const Fans fans = FansOf(tensor, source);
  const double bound = gain * std::sqrt(6 / (fans.in + fans.out));
  return init::uniform_(tensor, -bound, bound, source);
}

Tensor xavier_normal_(const Tensor& tensor, double gain, SourceLine source) {
  const Fans fans = FansOf(tensor, source);
  return init::normal_(tensor, 0, gain * std::sqrt(2 / (fans.in + fans.out)), source);
}

Tensor kaiming_uniform_(const Tensor& tensor, double a, SourceLine source) {
  const double bound = std::sqrt(6 / ((1 + a * a) * FansOf(tensor, source).in));
  return init::uniform_(tensor, -bound, bound, source);
}

Tensor kaiming_normal_(const Tensor& tensor, double a, SourceLine source) {
  return init::normal_(tensor, 0, std::sqrt(2 / ((1 + a * a) * FansOf(tensor, source).in)), source);
}

}  // namespace init
}  // namespace nn
}  // namespace client
}  // namespace gradd
