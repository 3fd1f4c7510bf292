#include "core/ops/create/eye.h"

#include "core/base/status.h"

namespace gradd::ops {
namespace {

enum { kRows, kColumns, kDType, kDevice };

absl::Status Spec(const Op&, SpecSpan, const Attributes& attributes, Specs& outputs) {
  const int64_t rows = attributes.Int(kRows);
  const int64_t columns = attributes.Has(kColumns) ? attributes.Int(kColumns) : rows;
  if (rows < 0) {
    return InvalidArgument("NEGATIVE_SIZE", "n must be greater or equal to 0, got ", rows);
  }
  if (columns < 0) {
    return InvalidArgument("NEGATIVE_SIZE", "m must be greater or equal to 0, got ", columns);
  }
  const Dims shape = {rows, columns};
  GRADD_RETURN_IF_ERROR(CheckShape(shape));
  outputs.push_back(
      TensorSpec::Contiguous(attributes.DType(kDType), shape, attributes.Device(kDevice)));
  return absl::OkStatus();
}

}  // namespace

const Op& EyeOp() {
  static const Op& op = DefineOp({
      .name = "eye",
      .doc = "A matrix of n rows and m columns (n where m is not given) with ones on its diagonal.",
      .attributes = {{"n", AttributeKind::kInt},
                     {"m", AttributeKind::kInt, true},
                     {"dtype", AttributeKind::kDType, false, kDefaultFloat},
                     {"device", AttributeKind::kDevice}},
      .spec = Spec,
  });
  return op;
}

}  // namespace gradd::ops
