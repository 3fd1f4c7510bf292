#include "core/ops/create/full.h"

#include "core/base/status.h"

namespace gradd::ops {
namespace {

enum { kShape, kValue, kDType, kDevice };

absl::Status Spec(const Op&, SpecSpan, const Attributes& attributes, Specs& outputs) {
  GRADD_RETURN_IF_ERROR(CheckShape(attributes.Dims(kShape)));
  outputs.push_back(TensorSpec::Contiguous(attributes.DType(kDType), attributes.Dims(kShape),
                                           attributes.Device(kDevice)));
  return absl::OkStatus();
}

}  // namespace

const Op& FullOp() {
  static const Op& op = DefineOp({
      .name = "full",
      .doc = "A tensor in which every element has the same value.",
      .attributes = {{"shape", AttributeKind::kDims},
                     {"value", AttributeKind::kScalar},
                     {"dtype", AttributeKind::kDType, false, kDefaultFloat},
                     {"device", AttributeKind::kDevice}},
      .spec = Spec,
  });
  return op;
}

Value Full(Builder& g, DimsView shape, Scalar value, DType dtype, DeviceId device) {
  return g.Apply(FullOp(), {}, {Dims(shape.begin(), shape.end()), value, dtype, device});
}

Value ZerosLike(Builder& g, const TensorSpec& like) {
  return Full(g, like.shape, 0, like.dtype, like.device);
}

}  // namespace gradd::ops
