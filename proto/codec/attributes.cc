#include "proto/codec/attributes.h"

#include <utility>
#include <vector>

#include "core/base/status.h"
#include "proto/codec/dtype.h"
#include "proto/codec/quoted.h"
#include "proto/codec/scalar.h"
#include "proto/codec/tensor_spec.h"

namespace gradd::codec {
namespace {

struct Encoder {
  v1::Attribute& message;

  void operator()(std::monostate) const { message.set_absent(true); }
  void operator()(bool value) const { message.set_bool_value(value); }
  void operator()(int64_t value) const { message.set_int_value(value); }
  void operator()(double value) const { message.set_float_value(value); }
  void operator()(DType value) const { message.set_dtype_value(EncodeDType(value)); }
  void operator()(const Dims& value) const {
    message.mutable_ints_value()->mutable_values()->Assign(value.begin(), value.end());
  }
  void operator()(const Scalar& value) const {
    EncodeScalar(value, message.mutable_scalar_value());
  }
  void operator()(DeviceId value) const { message.set_device_value(ToString(value)); }
};

// A plain number where a float or a scalar is declared; anything else as it was written.
AttributeValue Number(AttributeKind kind, Scalar number) {
  if (kind == AttributeKind::kScalar) return number;
  if (kind == AttributeKind::kFloat && number.dtype() != DType::kBool) return number.To<double>();
  switch (number.dtype()) {
    case DType::kBool:
      return number.To<bool>();
    case DType::kInt64:
      return number.To<int64_t>();
    default:
      return number.To<double>();
  }
}

absl::StatusOr<AttributeValue> DecodeValue(AttributeKind kind, const v1::Attribute& message) {
  switch (message.value_case()) {
    case v1::Attribute::kBoolValue:
      return Number(kind, message.bool_value());
    case v1::Attribute::kIntValue:
      return Number(kind, static_cast<int64_t>(message.int_value()));
    case v1::Attribute::kFloatValue:
      return Number(kind, message.float_value());
    case v1::Attribute::kDtypeValue: {
      GRADD_ASSIGN_OR_RETURN(const DType dtype, DecodeDType(message.dtype_value()));
      return AttributeValue(dtype);
    }
    case v1::Attribute::kIntsValue: {
      const auto& values = message.ints_value().values();
      return AttributeValue(Dims(values.begin(), values.end()));
    }
    case v1::Attribute::kScalarValue: {
      GRADD_ASSIGN_OR_RETURN(const Scalar scalar, DecodeScalar(message.scalar_value()));
      return AttributeValue(scalar);
    }
    case v1::Attribute::kDeviceValue: {
      GRADD_ASSIGN_OR_RETURN(const DeviceId device, DecodeDevice(message.device_value()));
      return AttributeValue(device);
    }
    case v1::Attribute::kAbsent:
    case v1::Attribute::VALUE_NOT_SET:
      break;
  }
  return AttributeValue();
}

absl::StatusOr<size_t> IndexOf(const Op& op, const v1::Attribute& message, size_t position) {
  if (message.name().empty()) {
    if (position < op.attributes.size()) return position;
    return InvalidArgument("ATTRIBUTE_COUNT", op.name, "(): expected at most ",
                           op.attributes.size(), " attributes");
  }
  for (size_t i = 0; i < op.attributes.size(); ++i) {
    if (op.attributes[i].name == message.name()) return i;
  }
  return InvalidArgument("ATTRIBUTE_UNKNOWN", op.name, "(): no attribute is called ",
                         Quoted(message.name()));
}

AttributeValue Fallback(const AttributeDef& def, DeviceId default_device) {
  if (def.kind == AttributeKind::kDevice && !def.optional) return default_device;
  return def.fallback;
}

}  // namespace

void EncodeAttributes(const Attributes& attributes, AttributeMessages* messages) {
  for (size_t i = 0; i < attributes.size(); ++i) {
    std::visit(Encoder{*messages->Add()}, attributes[i]);
  }
}

absl::StatusOr<Attributes> DecodeAttributes(const Op& op, const AttributeMessages& messages,
                                            DeviceId default_device) {
  if (op.attributes.empty() && messages.empty()) return Attributes();
  std::vector<AttributeValue> values(op.attributes.size());
  std::vector<bool> given(op.attributes.size());
  for (int position = 0; position < messages.size(); ++position) {
    const v1::Attribute& message = messages[position];
    GRADD_ASSIGN_OR_RETURN(const size_t i, IndexOf(op, message, static_cast<size_t>(position)));
    const AttributeDef& def = op.attributes[i];
    if (given[i]) {
      return InvalidArgument("ATTRIBUTE_REPEATED", op.name, "(): attribute '", def.name,
                             "' is given twice");
    }
    given[i] = true;
    if (message.value_case() == v1::Attribute::VALUE_NOT_SET) {
      return InvalidArgument("ATTRIBUTE_MISSING", op.name, "(): attribute '", def.name,
                             "' has no value");
    }
    absl::StatusOr<AttributeValue> value = DecodeValue(def.kind, message);
    if (!value.ok()) {
      return MakeError(
          value.status().code(), ErrorReason(value.status()),
          absl::StrCat(op.name, "(): attribute '", def.name, "': ", value.status().message()));
    }
    values[i] = *std::move(value);
  }
  for (size_t i = 0; i < values.size(); ++i) {
    const AttributeDef& def = op.attributes[i];
    const bool absent = std::holds_alternative<std::monostate>(values[i]);
    if (!given[i] || (absent && !def.optional)) values[i] = Fallback(def, default_device);
  }
  Attributes attributes(std::move(values));
  GRADD_RETURN_IF_ERROR(CheckAttributes(op, attributes));
  return attributes;
}

}  // namespace gradd::codec
