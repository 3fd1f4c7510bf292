#include "core/ops/random/randperm.h"

#include <algorithm>

#include "core/base/status.h"

namespace gradd::ops {
namespace {

enum { kCount, kDType, kDevice };

// Beyond it not every integer has a number of its own.
int64_t LargestCount(DType dtype) {
  switch (dtype) {
    case DType::kInt32:
      return int64_t{1} << 31;
    case DType::kFloat16:
      return (int64_t{1} << 11) + 1;
    case DType::kBFloat16:
      return (int64_t{1} << 8) + 1;
    case DType::kFloat32:
      return (int64_t{1} << 24) + 1;
    case DType::kFloat64:
      return (int64_t{1} << 53) + 1;
    default:
      return INT64_MAX;
  }
}

absl::Status Spec(const Op& op, SpecSpan, const Attributes& attributes, Specs& outputs) {
  const int64_t count = attributes.Int(kCount);
  const DType dtype = attributes.DType(kDType);
  if (count < 0) {
    return InvalidArgument("NEGATIVE_SIZE", "Trying to create tensor with negative dimension ",
                           count, ": [", count, "]");
  }
  if (dtype == DType::kBool) {
    return Unimplemented("DTYPE_UNSUPPORTED", op.name, "(): not implemented for bool");
  }
  if (count > LargestCount(dtype)) {
    return InvalidArgument("RANGE_TOO_LARGE", "n cannot be greater than ", LargestCount(dtype),
                           " for ", ScalarTypeName(dtype), " type.");
  }
  outputs.push_back(TensorSpec::Contiguous(dtype, {count}, attributes.Device(kDevice)));
  return absl::OkStatus();
}

}  // namespace

const Op& RandpermOp() {
  static const Op& op = DefineOp({
      .name = "randperm",
      .doc = "The integers from 0 to n - 1 in random order.",
      .attributes = {{"n", AttributeKind::kInt},
                     {"dtype", AttributeKind::kDType, false, DType::kInt64},
                     {"device", AttributeKind::kDevice},
                     {"seed", AttributeKind::kInt, true},
                     {"offset", AttributeKind::kInt, true}},
      .spec = Spec,
      .integer_range = [](size_t, SpecSpan, const Attributes& attributes,
                          absl::Span<const IntegerRange* const>) -> std::optional<IntegerRange> {
        return IntegerRange{0, std::max<int64_t>(attributes.Int(0), 1) - 1};
      },
      .is_random = true,
  });
  return op;
}

}  // namespace gradd::ops
