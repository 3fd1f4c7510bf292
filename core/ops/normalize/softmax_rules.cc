#include "core/ops/normalize/softmax_rules.h"

#include "core/base/status.h"
#include "core/ops/cast/to.h"
#include "core/ops/reduction/along_dim.h"
#include "core/ops/reduction/sum.h"

namespace gradd::ops {

absl::Status SoftmaxSpec(const Op& op, SpecSpan inputs, const Attributes& attributes,
                         Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(attributes.Int(kSoftmaxDim), input.rank()));
  const DType dtype = attributes.Has(kSoftmaxDType) ? attributes.DType(kSoftmaxDType) : input.dtype;
  if (!IsFloating(dtype)) {
    return Unimplemented("DTYPE_UNSUPPORTED", "\"", op.name,
                         dim + 1 < input.rank() ? "_kernel_impl" : "_lastdim_kernel_impl",
                         "\" not implemented for '", ScalarTypeName(dtype), "'");
  }
  outputs.push_back(TensorSpec::Contiguous(dtype, input.shape, input.device));
  return absl::OkStatus();
}

Op SoftmaxVjpDescription(std::string name, std::string doc, ExpandRule expand) {
  Op op;
  op.name = std::move(name);
  op.doc = std::move(doc);
  op.inputs = {"cotangent", "output"};
  op.attributes = {{"dim", AttributeKind::kInt}};
  op.is_internal = true;
  op.spec = [](const Op& self, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
    const TensorSpec& output = *inputs[1];
    if (inputs[0]->dtype != output.dtype || inputs[0]->shape != output.shape) {
      return InvalidArgument("SHAPE_MISMATCH", self.name, "(): the cotangent is ",
                             ToString(*inputs[0]), ", the output ", ToString(output));
    }
    if (!IsFloating(output.dtype)) {
      return Unimplemented("DTYPE_UNSUPPORTED", self.name, "(): not implemented for ",
                           Name(output.dtype));
    }
    GRADD_RETURN_IF_ERROR(NormalizeDim(attributes.Int(0), output.rank()).status());
    outputs.push_back(TensorSpec::Contiguous(output.dtype, output.shape, output.device));
    return absl::OkStatus();
  };
  op.batch = [](Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
    BatchAlongDim(g, call, 0, outputs);
  };
  op.expand = expand;
  return op;
}

Value SumAlong(Builder& g, const Value& v, int64_t dim) {
  return v ? Sum(g, v, {dim}, true) : nullptr;
}

Value Widened(Builder& g, const Value& v) {
  const bool is_half = v && ItemSize(v->spec().dtype) == 2;
  return is_half ? Cast(g, v, DType::kFloat32) : v;
}

}  // namespace gradd::ops
