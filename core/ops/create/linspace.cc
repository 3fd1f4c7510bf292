#include "core/ops/create/linspace.h"

#include "core/base/status.h"

namespace gradd::ops {
namespace {

enum { kStart, kEnd, kSteps, kDType, kDevice };

absl::Status Spec(const Op& op, SpecSpan, const Attributes& attributes, Specs& outputs) {
  if (attributes.Int(kSteps) < 0) {
    return InvalidArgument("NEGATIVE_SIZE", "number of steps must be non-negative");
  }
  if (attributes.DType(kDType) == DType::kBool) {
    return Unimplemented("DTYPE_UNSUPPORTED", op.name, "(): not implemented for bool");
  }
  outputs.push_back(TensorSpec::Contiguous(attributes.DType(kDType), {attributes.Int(kSteps)},
                                           attributes.Device(kDevice)));
  return absl::OkStatus();
}

}  // namespace

const Op& LinspaceOp() {
  static const Op& op = DefineOp({
      .name = "linspace",
      .doc = "So many numbers at equal distances, from start to end, both included.",
      .attributes = {{"start", AttributeKind::kScalar},
                     {"end", AttributeKind::kScalar},
                     {"steps", AttributeKind::kInt},
                     {"dtype", AttributeKind::kDType, false, kDefaultFloat},
                     {"device", AttributeKind::kDevice}},
      .spec = Spec,
  });
  return op;
}

}  // namespace gradd::ops
