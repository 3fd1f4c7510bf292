// TensorSpec <-> its message.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "core/spec/tensor_spec.h"
#include "gradd/v1/tensor.pb.h"

namespace gradd::codec {

// Leaves the strides out when they are row-major. `weak` does not travel: a plain number is a
// Scalar on the wire.
void EncodeTensorSpec(const TensorSpec& spec, v1::TensorSpec* message);

// The result is safe to compute with: its shape passed CheckShape, and neither its bytes nor the
// extent of its storage overflow int64. An empty device means `default_device`.
absl::StatusOr<TensorSpec> DecodeTensorSpec(const v1::TensorSpec& message, DeviceId default_device);

absl::StatusOr<DeviceId> DecodeDevice(absl::string_view name);

}  // namespace gradd::codec
