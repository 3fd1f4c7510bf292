#include "core/ops/random/random_spec.h"

#include "core/base/status.h"

namespace gradd::ops {

std::vector<AttributeDef> RandomAttributes() {
  return {{"shape", AttributeKind::kDims},
          {"dtype", AttributeKind::kDType, false, kDefaultFloat},
          {"device", AttributeKind::kDevice},
          {"seed", AttributeKind::kInt, true},
          {"offset", AttributeKind::kInt, true}};
}

absl::Status RandomSpec(const Op& op, SpecSpan, const Attributes& attributes, Specs& outputs) {
  GRADD_RETURN_IF_ERROR(CheckShape(attributes.Dims(kRandomShape)));
  if (!IsFloating(attributes.DType(kRandomDType))) {
    return Unimplemented("DTYPE_UNSUPPORTED", op.name, "(): not implemented for ",
                         Name(attributes.DType(kRandomDType)));
  }
  outputs.push_back(TensorSpec::Contiguous(attributes.DType(kRandomDType),
                                           attributes.Dims(kRandomShape),
                                           attributes.Device(kRandomDevice)));
  return absl::OkStatus();
}

}  // namespace gradd::ops
