// The typed arguments of an op that are not tensors, in the order in which the op declares them.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"

#include "core/base/ref.h"
#include "core/spec/device_id.h"
#include "core/spec/dtype.h"
#include "core/spec/scalar.h"
#include "core/spec/shape.h"

namespace gradd {

struct Op;

enum class AttributeKind : uint8_t { kBool, kInt, kFloat, kDType, kDims, kScalar, kDevice };
absl::string_view Name(AttributeKind kind);

// std::monostate: not given, where the op allows that.
using AttributeValue =
    std::variant<std::monostate, bool, int64_t, double, DType, Dims, Scalar, DeviceId>;

struct AttributeDef {
  std::string name;
  AttributeKind kind;
  bool optional = false;         // may be absent: the op then has a rule of its own
  AttributeValue fallback = {};  // what a call that leaves it out gets, when not absent
};

// Shared and immutable. Most calls have none, which costs nothing.
class Attributes {
 public:
  Attributes() = default;
  Attributes(std::initializer_list<AttributeValue> values)  // NOLINT(google-explicit-constructor)
      : Attributes(std::vector<AttributeValue>(values)) {}
  explicit Attributes(std::vector<AttributeValue> values)
      : list_(values.empty() ? nullptr : MakeRef<List>(std::move(values))) {}

  size_t size() const { return list_ ? list_->values.size() : 0; }
  const AttributeValue& operator[](size_t i) const { return list_->values[i]; }
  bool Has(size_t i) const { return !std::holds_alternative<std::monostate>((*this)[i]); }

  // REQUIRES: attribute i has this type, which CheckAttributes saw to.
  bool Bool(size_t i) const { return *std::get_if<bool>(&(*this)[i]); }
  int64_t Int(size_t i) const { return *std::get_if<int64_t>(&(*this)[i]); }
  double Float(size_t i) const { return *std::get_if<double>(&(*this)[i]); }
  gradd::DType DType(size_t i) const { return *std::get_if<gradd::DType>(&(*this)[i]); }
  const gradd::Dims& Dims(size_t i) const { return *std::get_if<gradd::Dims>(&(*this)[i]); }
  gradd::Scalar Scalar(size_t i) const { return *std::get_if<gradd::Scalar>(&(*this)[i]); }
  DeviceId Device(size_t i) const { return *std::get_if<DeviceId>(&(*this)[i]); }

 private:
  struct List : RefCounted {
    explicit List(std::vector<AttributeValue> list) : values(std::move(list)) {}
    std::vector<AttributeValue> values;
  };
  RefPtr<List> list_;
};

// Refuses a wrong number of attributes, wrong kinds and absent ones that are needed.
absl::Status CheckAttributes(const Op& op, const Attributes& attributes);

}  // namespace gradd
