#include "client/cli/expression/convert.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"

#include "client/cli/expression/error.h"
#include "client/cpp/error.h"
#include "client/cpp/factories.h"

namespace gradd::cli {
namespace {

[[noreturn]] void Refuse(absl::string_view wanted, const Object& object, size_t offset) {
  throw ExpressionError(offset, absl::StrCat("expected ", wanted, ", but got ", KindOf(object)));
}

// Nested numbers as what tensor() takes.
TensorLiteral ToLiteral(const Object& object, size_t offset) {
  if (const auto* const number = std::get_if<Scalar>(&object)) {
    if (number->dtype() == DType::kBool) return number->To<bool>();
    if (number->dtype() == DType::kInt64) return number->To<int64_t>();
    return number->To<double>();
  }
  if (const auto* const dims = std::get_if<Dims>(&object)) {
    return std::vector<int64_t>(dims->begin(), dims->end());
  }
  const auto* const list = std::get_if<std::shared_ptr<List>>(&object);
  if (list == nullptr) Refuse("a number", object, offset);
  std::vector<TensorLiteral> items;
  for (const Object& item : (*list)->items) items.push_back(ToLiteral(item, offset));
  return items;
}

}  // namespace

bool IsTensorLike(const Object& object) {
  if (std::holds_alternative<Scalar>(object)) return true;
  if (const auto* const tensor = std::get_if<Tensor>(&object)) return tensor->defined();
  const auto* const list = std::get_if<std::shared_ptr<List>>(&object);
  if (list == nullptr) return false;
  return std::all_of((*list)->items.begin(), (*list)->items.end(), [](const Object& item) {
    return !std::holds_alternative<Tensor>(item) && IsTensorLike(item);
  });
}

Tensor MakeTensor(const Object& object, const TensorOptions& options, size_t offset) {
  try {
    return tensor(ToLiteral(object, offset), options, SourceLineOf(offset));
  } catch (const Error& error) {  // of a ragged list, which knows no line
    throw ExpressionError(offset, error.message());
  }
}

Tensor ToTensor(const Object& object, const TensorOptions& where, size_t offset) {
  if (const auto* const tensor = std::get_if<Tensor>(&object)) {
    if (!tensor->defined()) throw ExpressionError(offset, "expected a tensor, but got None");
    return *tensor;
  }
  if (const auto* const list = std::get_if<std::shared_ptr<List>>(&object)) {
    if (!(*list)->tensor.has_value()) (*list)->tensor = MakeTensor(object, where, offset);
    return *(*list)->tensor;
  }
  if (!std::holds_alternative<Scalar>(object)) Refuse("a tensor", object, offset);
  return MakeTensor(object, where, offset);
}

std::vector<Tensor> ToTensors(const Object& object, const TensorOptions& where, size_t offset) {
  const auto* const list = std::get_if<std::shared_ptr<List>>(&object);
  if (list == nullptr) return {ToTensor(object, where, offset)};
  std::vector<Tensor> tensors;
  for (const Object& item : (*list)->items) tensors.push_back(ToTensor(item, where, offset));
  return tensors;
}

bool ToBool(const Object& object, size_t offset) {
  const auto* const number = std::get_if<Scalar>(&object);
  if (number == nullptr || IsFloating(number->dtype())) Refuse("True or False", object, offset);
  return number->To<bool>();
}

int64_t ToInt(const Object& object, size_t offset) {
  const auto* const number = std::get_if<Scalar>(&object);
  if (number == nullptr || IsFloating(number->dtype())) Refuse("a whole number", object, offset);
  return number->To<int64_t>();
}

Scalar ToNumber(const Object& object, size_t offset) {
  const auto* const number = std::get_if<Scalar>(&object);
  if (number == nullptr) Refuse("a number", object, offset);
  return *number;
}

Dims ToDims(const Object& object, size_t offset) {
  if (const auto* const dims = std::get_if<Dims>(&object)) return *dims;
  const auto* const list = std::get_if<std::shared_ptr<List>>(&object);
  if (list == nullptr) return {ToInt(object, offset)};
  Dims dims;
  for (const Object& item : (*list)->items) dims.push_back(ToInt(item, offset));
  return dims;
}

DType ToDType(const Object& object, size_t offset) {
  const auto* const dtype = std::get_if<DType>(&object);
  if (dtype == nullptr) Refuse("a dtype, such as float64", object, offset);
  return *dtype;
}

DeviceId ToDevice(const Object& object, size_t offset) {
  const auto* const name = std::get_if<std::string>(&object);
  if (name == nullptr) Refuse("a device, such as 'cpu'", object, offset);
  const std::optional<DeviceId> device = ParseDeviceId(*name);
  if (!device.has_value()) {
    throw ExpressionError(offset, absl::StrCat("there is no device '", *name, "'"));
  }
  return *device;
}

AttributeValue ToAttribute(AttributeKind kind, const Object& object, size_t offset) {
  switch (kind) {
    case AttributeKind::kBool:
      return ToBool(object, offset);
    case AttributeKind::kInt:
      return ToInt(object, offset);
    case AttributeKind::kFloat:
      return ToNumber(object, offset).To<double>();
    case AttributeKind::kDType:
      return ToDType(object, offset);
    case AttributeKind::kDims:
      return ToDims(object, offset);
    case AttributeKind::kScalar:
      return ToNumber(object, offset);
    case AttributeKind::kDevice:
      return ToDevice(object, offset);
  }
  return {};
}

}  // namespace gradd::cli
