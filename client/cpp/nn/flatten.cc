#include "client/cpp/nn/flatten.h"

#include "absl/strings/str_cat.h"

#include "client/cpp/failure.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace nn {

Tensor Flatten::forward(const Tensor& input, SourceLine source) {
  const int rank = input.spec().rank();
  const absl::StatusOr<int> start = NormalizeDim(start_dim_, rank);
  const absl::StatusOr<int> end = NormalizeDim(end_dim_, rank);
  ThrowIfError(start.status(), "flatten", source);
  ThrowIfError(end.status(), "flatten", source);
  if (*start > *end) {
    Throw(InvalidArgument("DIMENSION_ORDER",
                          "flatten() has invalid args: start_dim cannot come after end_dim"),
          "flatten", source);
  }
  if (rank == 0) return input.reshape({1}, source);
  Dims shape;
  for (int dim = 0; dim < rank; ++dim) {
    if (dim > *start && dim <= *end) {
      shape.back() *= input.shape()[static_cast<size_t>(dim)];
    } else {
      shape.push_back(input.shape()[static_cast<size_t>(dim)]);
    }
  }
  return *start == *end ? input : input.reshape(shape, source);
}

std::string Flatten::description() const {
  return absl::StrCat("start_dim=", start_dim_, ", end_dim=", end_dim_);
}

}  // namespace nn
}  // namespace client
}  // namespace gradd
