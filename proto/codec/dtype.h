// DType <-> its number on the wire.
#pragma once

#include "absl/status/statusor.h"

#include "core/spec/dtype.h"
#include "gradd/v1/tensor.pb.h"

namespace gradd::codec {

v1::DType EncodeDType(DType dtype);
// Refuses DTYPE_UNSPECIFIED and numbers that this build does not know.
absl::StatusOr<DType> DecodeDType(v1::DType dtype);

}  // namespace gradd::codec
