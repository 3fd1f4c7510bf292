#include "proto/codec/scalar.h"

#include "core/base/status.h"

namespace gradd::codec {

void EncodeScalar(Scalar scalar, v1::Scalar* message) {
  switch (scalar.dtype()) {
    case DType::kBool:
      message->set_bool_value(scalar.To<bool>());
      return;
    case DType::kInt64:
      message->set_int_value(scalar.To<int64_t>());
      return;
    default:
      message->set_float_value(scalar.To<double>());
  }
}

absl::StatusOr<Scalar> DecodeScalar(const v1::Scalar& message) {
  switch (message.value_case()) {
    case v1::Scalar::kBoolValue:
      return Scalar(message.bool_value());
    case v1::Scalar::kIntValue:
      return Scalar(static_cast<int64_t>(message.int_value()));
    case v1::Scalar::kFloatValue:
      return Scalar(message.float_value());
    case v1::Scalar::VALUE_NOT_SET:
      break;
  }
  return InvalidArgument("SCALAR_UNSET", "a number must be given");
}

}  // namespace gradd::codec
