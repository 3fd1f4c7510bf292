#include "core/ops/create/arange.h"

#include <algorithm>
#include <cmath>

#include "core/base/status.h"

namespace gradd::ops {
namespace {

enum { kStart, kEnd, kStep, kDType, kDevice };

DType ResultDType(const Attributes& attributes) {
  if (attributes.Has(kDType)) return attributes.DType(kDType);
  for (const int i : {kStart, kEnd, kStep}) {
    if (IsFloating(attributes.Scalar(i).dtype())) return kDefaultFloat;
  }
  return DType::kInt64;
}

// Elements of the sequence. Like PyTorch exact where all three numbers are integers; of others the
// elements of an integer dtype are made of the truncated numbers.
absl::StatusOr<int64_t> Count(const Attributes& attributes) {
  const Scalar start = attributes.Scalar(kStart), end = attributes.Scalar(kEnd);
  const Scalar step = attributes.Scalar(kStep);
  const double from = start.To<double>(), to = end.To<double>(), by = step.To<double>();
  if (by == 0 || std::isnan(by)) return InvalidArgument("STEP_ZERO", "step must be nonzero");
  if (!std::isfinite(from) || !std::isfinite(to)) {
    return InvalidArgument("RANGE_INFINITE", "unsupported range: ", from, " -> ", to);
  }
  if (by > 0 ? from > to : from < to) {
    return InvalidArgument("STEP_SIGN", "upper bound and lower bound inconsistent with step sign");
  }
  double count;
  if (!IsFloating(start.dtype()) && !IsFloating(end.dtype()) && !IsFloating(step.dtype())) {
    const __int128 difference = static_cast<__int128>(end.To<int64_t>()) - start.To<int64_t>();
    const __int128 each = step.To<int64_t>();
    const __int128 whole = difference / each + (difference % each != 0 ? 1 : 0);
    if (whole >= 0 && whole <= INT64_MAX) return static_cast<int64_t>(whole);
    count = -1;
  } else {
    count = std::ceil((to - from) / by);
  }
  if (!(count >= 0 && count < 9223372036854775808.0)) {
    return InvalidArgument("SIZE_OVERFLOW", "invalid size, possible overflow?");
  }
  return static_cast<int64_t>(count);
}

absl::Status Spec(const Op& op, SpecSpan, const Attributes& attributes, Specs& outputs) {
  const DType dtype = ResultDType(attributes);
  if (dtype == DType::kBool) {
    return Unimplemented("DTYPE_UNSUPPORTED", op.name, "(): not implemented for bool");
  }
  GRADD_ASSIGN_OR_RETURN(const int64_t count, Count(attributes));
  outputs.push_back(TensorSpec::Contiguous(dtype, {count}, attributes.Device(kDevice)));
  return absl::OkStatus();
}

std::optional<IntegerRange> Range(size_t, SpecSpan, const Attributes& attributes,
                                  absl::Span<const IntegerRange* const>) {
  for (const int i : {kStart, kEnd, kStep}) {
    if (IsFloating(attributes.Scalar(i).dtype())) return std::nullopt;
  }
  const auto start = attributes.Scalar(kStart).To<int64_t>();
  const auto end = attributes.Scalar(kEnd).To<int64_t>();
  const bool rises = attributes.Scalar(kStep).To<int64_t>() > 0;
  const IntegerRange range = rises ? IntegerRange{start, std::max(start, end - 1)}
                                   : IntegerRange{std::min(start, end + 1), start};
  if (ResultDType(attributes) == DType::kInt32 && !range.IsWithin({INT32_MIN, INT32_MAX})) {
    return std::nullopt;
  }
  return range;
}

}  // namespace

const Op& ArangeOp() {
  static const Op& op = DefineOp({
      .name = "arange",
      .doc = "start, start + step, … up to but not including end: int64 for integers.",
      .attributes = {{"start", AttributeKind::kScalar, false, Scalar(0)},
                     {"end", AttributeKind::kScalar},
                     {"step", AttributeKind::kScalar, false, Scalar(1)},
                     {"dtype", AttributeKind::kDType, true},
                     {"device", AttributeKind::kDevice}},
      .spec = Spec,
      .integer_range = Range,
  });
  return op;
}

Value Arange(Builder& g, int64_t end, DeviceId device) {
  return g.Apply(ArangeOp(), {}, {Scalar(0), Scalar(end), Scalar(1), DType::kInt64, device});
}

}  // namespace gradd::ops
