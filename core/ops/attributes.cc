#include "core/ops/attributes.h"

#include "core/base/status.h"
#include "core/ops/op.h"

namespace gradd {
namespace {

bool Matches(AttributeKind kind, const AttributeValue& value) {
  switch (kind) {
    case AttributeKind::kBool:
      return std::holds_alternative<bool>(value);
    case AttributeKind::kInt:
      return std::holds_alternative<int64_t>(value);
    case AttributeKind::kFloat:
      return std::holds_alternative<double>(value);
    case AttributeKind::kDType:
      return std::holds_alternative<DType>(value);
    case AttributeKind::kDims:
      return std::holds_alternative<Dims>(value);
    case AttributeKind::kScalar:
      return std::holds_alternative<Scalar>(value);
    case AttributeKind::kDevice:
      return std::holds_alternative<DeviceId>(value);
  }
  return false;
}

}  // namespace

absl::string_view Name(AttributeKind kind) {
  switch (kind) {
    case AttributeKind::kBool:
      return "bool";
    case AttributeKind::kInt:
      return "int";
    case AttributeKind::kFloat:
      return "float";
    case AttributeKind::kDType:
      return "dtype";
    case AttributeKind::kDims:
      return "ints";
    case AttributeKind::kScalar:
      return "number";
    case AttributeKind::kDevice:
      return "device";
  }
  return "unknown";
}

absl::Status CheckAttributes(const Op& op, const Attributes& attributes) {
  if (attributes.size() != op.attributes.size()) {
    return InvalidArgument("ATTRIBUTE_COUNT", op.name, "(): expected ", op.attributes.size(),
                           " attributes, but got ", attributes.size());
  }
  for (size_t i = 0; i < attributes.size(); ++i) {
    const AttributeDef& def = op.attributes[i];
    if (!attributes.Has(i)) {
      if (def.optional) continue;
      return InvalidArgument("ATTRIBUTE_MISSING", op.name, "(): missing attribute '", def.name,
                             "'");
    }
    if (!Matches(def.kind, attributes[i])) {
      return InvalidArgument("ATTRIBUTE_TYPE", op.name, "(): attribute '", def.name, "' must be ",
                             Name(def.kind));
    }
  }
  return absl::OkStatus();
}

}  // namespace gradd
