#include "core/ops/composite.h"

#include "core/base/status.h"
#include "core/ops/builder.h"

namespace gradd::ops {
namespace {

// A tensor of which nothing but the spec is known.
class SpecValue final : public ValueBase {
 public:
  explicit SpecValue(TensorSpec spec) : ValueBase(Kind::kBottom, std::move(spec)) {}
};

// Runs the spec rules and nothing else.
class SpecInterpreter final : public Interpreter {
 public:
  absl::StatusOr<Values> Apply(const Op& op, ValueSpan inputs,
                               const Attributes& attributes) override {
    absl::InlinedVector<const TensorSpec*, 4> specs;
    for (const Value& input : inputs) specs.push_back(&input->spec());
    Specs made;
    GRADD_RETURN_IF_ERROR(InferSpecs(op, specs, attributes, made));
    Values outputs;
    for (TensorSpec& spec : made) outputs.push_back(MakeRef<SpecValue>(std::move(spec)));
    return outputs;
  }
  absl::Status Assign(const Value&, const Value&) override {
    return InternalError("ASSIGN_IN_RULE", "a rule wrote in place");
  }
};

// A number's value is not part of its spec, and must make no difference to the specs that follow.
Scalar AnyNumber(DType category) {
  if (category == DType::kBool) return true;
  return category == DType::kInt64 ? Scalar(1) : Scalar(1.0);
}

}  // namespace

absl::Status SpecOfExpansion(const Op& op, SpecSpan inputs, const Attributes& attributes,
                             Specs& outputs) {
  SpecInterpreter interpreter;
  Builder g(interpreter);
  Values values;
  for (const TensorSpec* input : inputs) {
    values.push_back(input->weak ? MakeScalar(AnyNumber(input->dtype))
                                 : Value(MakeRef<SpecValue>(*input)));
  }
  Values made(op.output_count);
  op.expand(g, op, values, attributes, absl::MakeSpan(made));
  GRADD_RETURN_IF_ERROR(g.status());
  for (const Value& value : made) {
    const TensorSpec& spec = value->spec();
    outputs.push_back(TensorSpec::Contiguous(spec.dtype, spec.shape, spec.device));
  }
  return absl::OkStatus();
}

}  // namespace gradd::ops
