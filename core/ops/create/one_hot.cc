#include "core/ops/create/one_hot.h"

#include "core/base/status.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  if (input.dtype != DType::kInt64) {
    return InvalidArgument("DTYPE_MISMATCH",
                           "one_hot is only applicable to index tensor of type LongTensor.");
  }
  const int64_t classes = attributes.Int(0);
  if (classes < 1) {
    return InvalidArgument("CLASS_COUNT", op.name, "(): num_classes should be positive, but got ",
                           classes);
  }
  Dims shape = input.shape;
  shape.push_back(classes);
  GRADD_RETURN_IF_ERROR(CheckShape(shape));
  outputs.push_back(TensorSpec::Contiguous(DType::kInt64, std::move(shape), input.device));
  return absl::OkStatus();
}

}  // namespace

const Op& OneHotOp() {
  static const Op& op = DefineOp({
      .name = "one_hot",
      .doc = "For each class number a vector of zeros with a one in its place.",
      .inputs = {"input"},
      .attributes = {{"num_classes", AttributeKind::kInt}},
      .spec = Spec,
      .batch =
          [](Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
            outputs[0] = g.Apply(call.op, {call.inputs[0]}, call.attributes);
          },
      .checks_indices = true,
      .is_wrapped = true,
  });
  return op;
}

}  // namespace gradd::ops
