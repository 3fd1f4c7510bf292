// Whether ops are recorded. Data in each op call, so no_grad costs nothing.
#pragma once

#include <cstdint>

namespace gradd {

enum class GradMode : uint8_t {
  kEnabled,
  kDisabled,   // torch.no_grad
  kInference,  // torch.inference_mode: results can never be saved for backward
};

}  // namespace gradd
