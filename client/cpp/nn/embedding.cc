#include "client/cpp/nn/embedding.h"

#include "absl/strings/str_cat.h"

#include "client/cpp/factories.h"
#include "client/cpp/failure.h"
#include "client/cpp/grad_mode.h"
#include "client/cpp/nn/init.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace nn {

Embedding::Embedding(int64_t count, int64_t size, std::optional<int64_t> padding_idx,
                     const TensorOptions& options, SourceLine source)
    : padding_idx_(padding_idx) {
  if (padding_idx.has_value() && (*padding_idx < -count || *padding_idx >= count)) {
    Throw(InvalidArgument("PADDING_INDEX", "Padding_idx must be within num_embeddings"),
          "Embedding", source);
  }
  const Tensor table = zeros({count, size}, options.requires_grad(false), source);
  init::normal_(table, 0, 1, source);
  if (padding_idx_.has_value()) {
    if (*padding_idx_ < 0) *padding_idx_ += count;
    init::zeros_(table.select(0, *padding_idx_, source), source);
  }
  weight_ = register_parameter("weight", table, source);
}

Tensor Embedding::forward(const Tensor& indices, SourceLine source) {
  return client::embedding(weight_, indices, padding_idx_.value_or(-1), source);
}

std::string Embedding::description() const {
  return absl::StrCat(weight_.size(0), ", ", weight_.size(1),
                      padding_idx_ ? absl::StrCat(", padding_idx=", *padding_idx_) : "");
}

}  // namespace nn
}  // namespace client
}  // namespace gradd
