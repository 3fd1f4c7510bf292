#include "core/ops/random/randint.h"

#include <limits>

#include "core/base/status.h"

namespace gradd::ops {
namespace {

enum { kLow, kHigh, kShape, kDType, kDevice };

// The integers that `dtype` holds, of those that int64 does.
std::pair<int64_t, int64_t> RangeOf(DType dtype) {
  switch (dtype) {
    case DType::kBool:
      return {0, 1};
    case DType::kInt32:
      return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
    case DType::kFloat16:
      return {-65504, 65504};
    default:
      return {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()};
  }
}

absl::Status Spec(const Op&, SpecSpan, const Attributes& attributes, Specs& outputs) {
  const int64_t low = attributes.Int(kLow), high = attributes.Int(kHigh);
  const DType dtype = attributes.DType(kDType);
  if (low >= high) {
    return InvalidArgument("RANGE_EMPTY", "random_ expects 'from' to be less than 'to', but got ",
                           "from=", low, " >= to=", high);
  }
  const auto [smallest, largest] = RangeOf(dtype);
  if (low < smallest || low > largest) {
    return InvalidArgument("RANGE_TOO_LARGE", "from is out of bounds for ", Name(dtype));
  }
  if (high - 1 > largest) {
    return InvalidArgument("RANGE_TOO_LARGE", "to - 1 is out of bounds for ", Name(dtype));
  }
  GRADD_RETURN_IF_ERROR(CheckShape(attributes.Dims(kShape)));
  outputs.push_back(
      TensorSpec::Contiguous(dtype, attributes.Dims(kShape), attributes.Device(kDevice)));
  return absl::OkStatus();
}

}  // namespace

const Op& RandintOp() {
  static const Op& op = DefineOp({
      .name = "randint",
      .doc = "Integers uniform in [low, high).",
      .attributes = {{"low", AttributeKind::kInt, false, int64_t{0}},
                     {"high", AttributeKind::kInt},
                     {"shape", AttributeKind::kDims},
                     {"dtype", AttributeKind::kDType, false, DType::kInt64},
                     {"device", AttributeKind::kDevice},
                     {"seed", AttributeKind::kInt, true},
                     {"offset", AttributeKind::kInt, true}},
      .spec = Spec,
      .integer_range = [](size_t, SpecSpan, const Attributes& attributes,
                          absl::Span<const IntegerRange* const>) -> std::optional<IntegerRange> {
        return IntegerRange{attributes.Int(kLow), attributes.Int(kHigh) - 1};
      },
      .is_random = true,
  });
  return op;
}

}  // namespace gradd::ops
