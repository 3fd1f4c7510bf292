// Inputs for the spec rules.
#pragma once

#include <cstdint>
#include <limits>
#include <utility>

#include "core/spec/tensor_spec.h"

namespace gradd {

inline constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

inline TensorSpec F32(Dims shape) {
  return TensorSpec::Contiguous(DType::kFloat32, std::move(shape), {});
}

}  // namespace gradd
