// The texts of autograd's errors: PyTorch's, word for word, with ours appended.
#pragma once

#include <cstdint>

#include "absl/status/status.h"

#include "core/autograd/node.h"
#include "core/spec/tensor_spec.h"

namespace gradd::autograd_errors {

absl::Status LeafInPlace();
absl::Status ViewOfLeafInPlace();
absl::Status NoGradViewInPlace();
absl::Status InferenceViewInPlace();
absl::Status InferenceTensorSaved();
absl::Status InferenceTensorInPlace();
absl::Status OnlyLeavesChangeRequiresGrad(bool requires_grad);
absl::Status OnlyFloatingRequiresGrad();
absl::Status CannotRetainGrad();
absl::Status GradShapeMismatch(const TensorSpec& grad, const TensorSpec& tensor);
absl::Status NoGradient(size_t root);
absl::Status NotScalar();
absl::Status CotangentCount(size_t tensors, size_t cotangents);
absl::Status CotangentShape(size_t i, const TensorSpec& cotangent, const TensorSpec& root);
absl::Status CotangentDevice(size_t i, const TensorSpec& cotangent, const TensorSpec& root);
absl::Status BatchedCotangentMissing(size_t i);
absl::Status BatchSizes();
absl::Status InputDoesNotRequireGrad();
absl::Status InputUnused();
absl::Status NodeFreed(const Node& node);
absl::Status NodeLimit(int64_t limit);
absl::Status Cancelled();
// `saved` of `node` was written since it was saved.
absl::Status ModifiedInPlace(const Node& node, const SavedValue& saved);

}  // namespace gradd::autograd_errors
