#include "core/ops/pointwise/rules.h"

#include <algorithm>

#include "absl/algorithm/container.h"

#include "core/base/status.h"
#include "core/ops/cast/to.h"
#include "core/ops/expr.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/view.h"
#include "core/spec/promotion.h"

namespace gradd::ops {
namespace {

// cotangent * (partial derivative by argument `i`), shaped like the output.
Value TimesPartial(Builder& g, const Recorded& r, const PartialInfo& partial, const Value& v) {
  if (partial.vjp_op == nullptr) return (Expr(g, v) * Expr(partial.constant)).ToValue();
  const size_t arity = r.inputs.size();
  Values arguments = {v};
  for (size_t i = 0; i <= arity; ++i) {
    if ((partial.uses >> i & 1) == 0) continue;
    arguments.push_back(i < arity ? r.input(i) : r.output(0));
  }
  return g.ApplySpan(*partial.vjp_op, arguments);
}

// The strides that ContiguousStrides gives, in dimensions of size 1 too.
bool HasRowMajorStrides(const TensorSpec& spec) {
  int64_t stride = 1;
  for (size_t i = spec.shape.size(); i-- > 0;) {
    if (spec.strides[i] != stride) return false;
    stride *= std::max<int64_t>(spec.shape[i], 1);
  }
  return true;
}

// Most calls are of floating tensors of one dtype and shape, and of plain numbers: the result is
// then like the tensors. Null when the rules have to be asked.
const TensorSpec* CommonSpec(SpecSpan inputs) {
  const TensorSpec* first = nullptr;
  for (const TensorSpec* input : inputs) {
    if (input->weak) continue;
    if (first == nullptr) {
      first = input;
      if (!IsFloating(first->dtype) || !HasRowMajorStrides(*first)) return nullptr;
    } else if (input->dtype != first->dtype || !SameDims(input->shape, first->shape)) {
      return nullptr;
    }
  }
  return first;
}

// The common dtype of those inputs that take part in promotion.
DType PromotedType(const Op& op, SpecSpan inputs) {
  if (op.condition_input < 0) {
    return inputs.size() == 1 && !inputs[0]->weak ? inputs[0]->dtype : ResultType(inputs);
  }
  absl::InlinedVector<const TensorSpec*, 3> others;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (static_cast<int>(i) != op.condition_input) others.push_back(inputs[i]);
  }
  return ResultType(others);
}

absl::Status CheckCondition(const Op& op, const TensorSpec& condition) {
  // Fused vjps get it as they compute: converted already.
  if (condition.dtype == DType::kBool || op.is_internal) return absl::OkStatus();
  return InvalidArgument(
      "DTYPE_MISMATCH", op.name,
      "() expected condition to be a boolean tensor, but got a tensor with dtype ",
      ScalarTypeName(condition.dtype));
}

// Shape, device and layout of what pointwise ops make of `inputs`.
absl::Status BroadcastInto(SpecSpan inputs, TensorSpec& output) {
  const TensorSpec* widest = inputs[0];
  for (const TensorSpec* input : inputs) {
    if (!input->weak) output.device = input->device;
    if (input->shape.size() > widest->shape.size()) widest = input;
  }
  const bool broadcasts = absl::c_any_of(inputs, [&](const TensorSpec* input) {
    return !input->shape.empty() && !SameDims(input->shape, widest->shape);
  });
  if (!broadcasts) {
    output.shape = widest->shape;
  } else {
    for (const TensorSpec* input : inputs) {
      GRADD_ASSIGN_OR_RETURN(output.shape, BroadcastShapes(output.shape, input->shape));
    }
    // Two shapes that fit can broadcast to one that does not.
    GRADD_RETURN_IF_ERROR(CheckShape(output.shape));
  }
  output.strides = ContiguousStrides(output.shape);
  return absl::OkStatus();
}

DType OutputType(Builder& g, const Op& op, ValueSpan inputs) {
  absl::InlinedVector<const TensorSpec*, 4> specs;
  for (const Value& input : inputs) specs.push_back(&input->spec());
  Specs outputs;
  g.Fail(op.spec(op, specs, {}, outputs));
  return g.ok() ? outputs[0].dtype : kDefaultFloat;
}

}  // namespace

absl::Status PointwiseSpec(const Op& op, Domain domain, SpecSpan inputs, Specs& outputs) {
  if (op.condition_input >= 0) {
    GRADD_RETURN_IF_ERROR(CheckCondition(op, *inputs[op.condition_input]));
  } else if (const TensorSpec* const common = CommonSpec(inputs)) {
    outputs.push_back(*common);
    outputs[0].offset = 0;
    return absl::OkStatus();
  }
  TensorSpec& output = outputs.emplace_back();
  output.dtype = PromotedType(op, inputs);
  if (output.dtype == DType::kBool && domain == Domain::kNumeric) {
    return Unimplemented("DTYPE_UNSUPPORTED", op.name, "(): not supported for bool tensors");
  }
  if (!IsFloating(output.dtype) && domain == Domain::kFloating) output.dtype = kDefaultFloat;
  return BroadcastInto(inputs, output);
}

absl::Status PredicateSpec(const Op&, SpecSpan inputs, Specs& outputs) {
  TensorSpec& output = outputs.emplace_back();
  output.dtype = DType::kBool;
  return BroadcastInto(inputs, output);
}

DType PointwiseComputeType(const Op& op, SpecSpan inputs, const TensorSpec& output) {
  return op.is_predicate ? PromotedType(op, inputs) : output.dtype;
}

Values AsComputed(Builder& g, const Op& op, ValueSpan inputs) {
  const DType dtype = OutputType(g, op, inputs);
  Values converted;
  for (const Value& input : inputs) {
    const bool converts = !input->spec().weak && input->spec().dtype != DType::kBool;
    converted.push_back(converts ? Cast(g, input, dtype) : input);
  }
  return converted;
}

Value AsResult(Builder& g, const Op& op, ValueSpan inputs, const Value& result) {
  return Cast(g, result, OutputType(g, op, inputs));
}

Residuals PointwiseResiduals(absl::Span<const PartialInfo> partials, IndexSet needs) {
  Residuals residuals;
  for (size_t i = 0; i < partials.size(); ++i) {
    if (!needs.Contains(i)) continue;
    for (size_t j = 0; j < partials.size(); ++j) {
      if ((partials[i].uses >> j & 1) != 0) residuals.inputs.Add(j);
    }
    if ((partials[i].uses >> partials.size() & 1) != 0) residuals.outputs.Add(0);
  }
  return residuals;
}

void PointwiseVjp(Builder& g, const Recorded& r, absl::Span<const PartialInfo> partials,
                  const Value& cotangent, IndexSet needs, absl::Span<Value> gradients) {
  for (size_t i = 0; i < partials.size(); ++i) {
    if (!needs.Contains(i)) continue;
    Value gradient = TimesPartial(g, r, partials[i], cotangent);
    gradients[i] = Cast(g, SumTo(g, gradient, r.inputs[i].shape), r.inputs[i].dtype);
  }
}

void PointwiseJvp(Builder& g, const Recorded& r, absl::Span<const PartialInfo> partials,
                  ValueSpan tangents, Value& output_tangent) {
  Expr sum(0.0);
  for (size_t i = 0; i < partials.size(); ++i) {
    if (tangents[i]) sum = sum + Expr(g, TimesPartial(g, r, partials[i], tangents[i]));
  }
  if (sum.is_constant()) return;
  output_tangent = Cast(g, Expand(g, sum.ToValue(), r.outputs[0].shape), r.outputs[0].dtype);
}

void PointwiseBatch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  int rank = 0;
  std::vector<TensorSpec> elements;  // as far as promotion looks at them
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    rank = std::max(rank, call.rank(i));
    elements.push_back(call.inputs[i]->spec());
    elements.back().shape.resize(call.rank(i));
  }
  std::vector<const TensorSpec*> specs;
  for (const TensorSpec& element : elements) specs.push_back(&element);
  const DType dtype = PromotedType(call.op, specs);
  Values inputs;
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    Value input = call.inputs[i];
    // Scalars count less in promotion, and a batch of them looks like a vector.
    const bool promotes = static_cast<int>(i) != call.op.condition_input;
    if (call.rank(i) == 0 && !input->spec().weak && promotes) input = Cast(g, input, dtype);
    if (call.batched.Contains(i) && call.rank(i) < rank) {
      // Sizes of 1 between the batch dimension and the others, where broadcasting adds them.
      Dims shape(input->spec().shape);
      shape.insert(shape.begin() + 1, rank - call.rank(i), 1);
      input = Reshape(g, input, shape);
    }
    inputs.push_back(std::move(input));
  }
  outputs[0] = g.ApplySpan(call.op, inputs, call.attributes);
}

}  // namespace gradd::ops
