// Copies between layouts and dtypes.
#pragma once

#include "absl/status/status.h"

#include "core/device/stream.h"
#include "core/spec/tensor_spec.h"

namespace gradd::cpu {

// to = from, element by element in row-major order; `from` broadcasts to the shape of `to`.
void Copy(Stream& stream, const TensorSpec& to_spec, void* to, const TensorSpec& from_spec,
          const void* from);

// The same at once, for use inside a piece of work.
void CopyNow(const TensorSpec& to_spec, void* to, const TensorSpec& from_spec, const void* from);

}  // namespace gradd::cpu
