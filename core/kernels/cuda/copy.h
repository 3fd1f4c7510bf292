// Copies between layouts and dtypes, on the device.
#pragma once

#include "absl/status/status.h"

#include "core/device/stream.h"
#include "core/spec/tensor_spec.h"

namespace gradd::cuda {

// to = from, element by element in row-major order; `from` broadcasts to the shape of `to`.
// UNIMPLEMENTED for layouts of more separate dimensions than a kernel walks.
absl::Status Copy(Stream& stream, const TensorSpec& to_spec, void* to, const TensorSpec& from_spec,
                  const void* from);

}  // namespace gradd::cuda
