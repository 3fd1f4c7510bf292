// PyTorch's type promotion (torch.result_type).
#pragma once

#include "absl/types/span.h"

#include "core/spec/tensor_spec.h"

namespace gradd {

// The smallest dtype that both can be converted to without changing category.
DType PromoteTypes(DType a, DType b);

// The common dtype of an op's inputs. Tensors with dimensions decide before scalars tensors, and
// those before plain numbers; a lower group counts only if its category is higher.
DType ResultType(absl::Span<const TensorSpec* const> inputs);

}  // namespace gradd
