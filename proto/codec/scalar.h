// Scalar <-> its message.
#pragma once

#include "absl/status/statusor.h"

#include "core/spec/scalar.h"
#include "gradd/v1/tensor.pb.h"

namespace gradd::codec {

void EncodeScalar(Scalar scalar, v1::Scalar* message);
absl::StatusOr<Scalar> DecodeScalar(const v1::Scalar& message);

}  // namespace gradd::codec
