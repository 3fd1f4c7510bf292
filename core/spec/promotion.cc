#include "core/spec/promotion.h"

#include <algorithm>
#include <array>
#include <optional>

namespace gradd {
namespace {

int Category(DType dtype) { return dtype == DType::kBool ? 0 : IsIntegral(dtype) ? 1 : 2; }

std::optional<DType> Combine(std::optional<DType> a, DType b) {
  return a.has_value() ? PromoteTypes(*a, b) : b;
}

}  // namespace

DType PromoteTypes(DType a, DType b) {
  const bool both_half = (a == DType::kFloat16 && b == DType::kBFloat16) ||
                         (a == DType::kBFloat16 && b == DType::kFloat16);
  if (both_half) return DType::kFloat32;  // neither holds the other
  return std::max(a, b);  // the enum is ordered by category and, within one, by width
}

DType ResultType(absl::Span<const TensorSpec* const> inputs) {
  std::array<std::optional<DType>, 3> groups;  // dimensioned, zero-dimensional, numbers
  for (const TensorSpec* spec : inputs) {
    std::optional<DType>& group = groups[spec->weak ? 2 : spec->shape.empty() ? 1 : 0];
    // A floating number has the default float type, whatever precision it was written with.
    const DType dtype = spec->weak && IsFloating(spec->dtype) ? kDefaultFloat : spec->dtype;
    group = Combine(group, dtype);
  }
  std::optional<DType> result;
  for (const std::optional<DType>& group : groups) {
    if (!group.has_value()) continue;
    if (!result.has_value() || Category(*group) > Category(*result)) {
      result = result.has_value() ? PromoteTypes(*result, *group) : *group;
    }
  }
  return result.value_or(kDefaultFloat);
}

}  // namespace gradd
