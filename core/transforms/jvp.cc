#include "core/transforms/jvp.h"

#include <algorithm>
#include <vector>

#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/create/full.h"
#include "core/ops/view/clone.h"
#include "core/ops/view/strided_scatter.h"

namespace gradd {
namespace {

// Views whose tangents can be made at any time: from one input, keeping nothing.
bool IsFollowingView(const Op& op) {
  return op.is_view && op.inputs.size() == 1 && op.jvp != nullptr && op.residuals == nullptr;
}

absl::Status CheckTangent(const TensorSpec& primal, const TensorSpec& tangent) {
  if (primal.weak) {
    return InvalidArgument("NUMBER_NOT_TENSOR", "Expected primal to be a tensor, but got a number");
  }
  if (!IsFloating(primal.dtype)) {
    return InvalidArgument("DTYPE_MISMATCH",
                           "Expected primal to be floating point or complex, but got: torch.",
                           Name(primal.dtype));
  }
  if (tangent.shape != primal.shape) {
    return InvalidArgument("SHAPE_MISMATCH",
                           "Trying to set a forward gradient that has a different size than that "
                           "of the original Tensor, this is not supported. Tensor is of size ",
                           ToString(primal.shape), " while the given forward gradient is of size ",
                           ToString(tangent.shape), ".");
  }
  if (tangent.dtype != primal.dtype) {
    return InvalidArgument("DTYPE_MISMATCH", "Expected tangent to have the dtype of its primal, ",
                           Name(primal.dtype), ", but got: ", Name(tangent.dtype));
  }
  if (tangent.device != primal.device) {
    return InvalidArgument("DEVICE_MISMATCH",
                           "Expected tangent to be on the device of its primal, ",
                           ToString(primal.device), ", but got: ", ToString(tangent.device));
  }
  return absl::OkStatus();
}

// The output tangents of one recorded application; the rule sees what its residuals ask for and no
// more. Null: zero.
absl::StatusOr<Values> RunRule(Interpreter& below, const Op& op, const Attributes& attributes,
                               ValueSpan primals, ValueSpan outputs, IndexSet needs,
                               ValueSpan tangents) {
  const Residuals residuals = op.residuals ? op.residuals(op, needs) : Residuals{};
  std::vector<const TensorSpec*> input_specs, output_specs;
  Values saved;
  for (size_t i = 0; i < primals.size(); ++i) {
    input_specs.push_back(&primals[i]->spec());
    saved.push_back(residuals.inputs.Contains(i) ? primals[i] : nullptr);
  }
  for (size_t i = 0; i < outputs.size(); ++i) {
    output_specs.push_back(&outputs[i]->spec());
    saved.push_back(residuals.outputs.Contains(i) ? outputs[i] : nullptr);
  }
  Values results(outputs.size());
  Builder g(below);
  op.jvp(g, Recorded{op, attributes, SpecSpan(input_specs), SpecSpan(output_specs), saved},
         tangents, absl::MakeSpan(results));
  GRADD_RETURN_IF_ERROR(g.status());
  for (size_t i = 0; i < results.size(); ++i) {
    if (!IsFloating(output_specs[i]->dtype)) results[i] = nullptr;
    if (results[i] && !CheckTangent(*output_specs[i], results[i]->spec()).ok()) {
      return InternalError("JVP_RULE", "jvp: the rule of ", op.name, "() made ",
                           ToString(results[i]->spec()), " for ", ToString(*output_specs[i]));
    }
  }
  return results;
}

}  // namespace

JvpValue::~JvpValue() {
  // Chains of views can be long: they are freed one by one, without recursion.
  RefPtr<JvpValue> next = std::move(viewed_);
  while (next && next->IsUnique()) next = std::move(next->viewed_);
}

absl::StatusOr<Value> Jvp::Lift(const Value& primal, const Value& tangent) {
  if (tangent) {
    GRADD_RETURN_IF_ERROR(CheckTangent(primal->spec(), tangent->spec()));
  } else if (primal->kind() == ValueBase::Kind::kScalar) {
    return primal;
  }
  return Value(RefPtr<JvpValue>(new JvpValue(*this, primal, tangent)));
}

Value Jvp::Primal(const Value& value) const {
  return Made(value) ? static_cast<const JvpValue&>(*value).primal() : value;
}

absl::StatusOr<Value> Jvp::Tangent(const Value& value) {
  if (!Made(value)) return Value();
  return TangentOf(static_cast<JvpValue&>(*value));
}

absl::StatusOr<Value> Jvp::TangentOf(JvpValue& value) {
  std::vector<JvpValue*> views;
  JvpValue* root = &value;
  for (; root->viewed_; root = root->viewed_.get()) views.push_back(root);
  Value tangent = root->tangent_;
  for (size_t i = views.size(); i-- > 0;) {
    JvpValue& view = *views[i];
    if (!(view.viewed_tangent_ == tangent)) {
      Values made(1);
      if (tangent) {
        IndexSet needs;
        needs.Add(0);
        GRADD_ASSIGN_OR_RETURN(
            made, RunRule(below(), *view.view_op_, view.attributes_, {view.viewed_->primal_},
                          {view.primal_}, needs, {tangent}));
      }
      view.viewed_tangent_ = tangent;
      view.tangent_ = made[0];
    }
    tangent = view.tangent_;
  }
  return tangent;
}

Values Jvp::WithoutTangents(Values primals) const {
  // Wrapped all the same, so that an in-place op can give them a tangent later.
  for (Value& primal : primals) primal = RefPtr<JvpValue>(new JvpValue(*this, primal, nullptr));
  return primals;
}

absl::StatusOr<Values> Jvp::Apply(const Op& op, ValueSpan inputs, const Attributes& attributes) {
  Values primals;
  for (const Value& input : inputs) primals.push_back(Primal(input));
  if (IsFollowingView(op)) {
    GRADD_ASSIGN_OR_RETURN(Values outputs, below().Apply(op, primals, attributes));
    if (!Made(inputs[0])) return outputs;  // what it is a view of cannot hold a tangent either
    outputs[0] = RefPtr<JvpValue>(
        new JvpValue(*this, outputs[0], RefPtr<JvpValue>(static_cast<JvpValue*>(inputs[0].get())),
                     op, attributes));
    return outputs;
  }
  Values tangents;
  IndexSet needs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    GRADD_ASSIGN_OR_RETURN(tangents.emplace_back(), Tangent(inputs[i]));
    if (tangents.back()) needs.Add(i);
  }
  if (!needs.empty() && op.jvp == nullptr && op.expand != nullptr) {
    Values outputs(op.output_count);
    Builder g(*this);
    op.expand(g, op, inputs, attributes, absl::MakeSpan(outputs));
    GRADD_RETURN_IF_ERROR(g.status());
    return outputs;
  }
  GRADD_ASSIGN_OR_RETURN(Values outputs, below().Apply(op, primals, attributes));
  const bool has_floating_output = std::any_of(
      outputs.begin(), outputs.end(), [](const Value& v) { return IsFloating(v->spec().dtype); });
  if (needs.empty() || !has_floating_output) return WithoutTangents(std::move(outputs));
  if (op.jvp == nullptr) {
    if (!op.differentiable()) return WithoutTangents(std::move(outputs));
    return Unimplemented("JVP_UNSUPPORTED", "jvp not implemented for ", op.name);
  }
  GRADD_ASSIGN_OR_RETURN(const Values made,
                         RunRule(below(), op, attributes, primals, outputs, needs, tangents));
  for (size_t i = 0; i < outputs.size(); ++i) {
    outputs[i] = RefPtr<JvpValue>(new JvpValue(*this, outputs[i], made[i]));
  }
  return outputs;
}

// The tangent of the tensor that owns the storage of `view`, once `tangent` is that of `view`.
absl::StatusOr<Value> Jvp::RootTangent(JvpValue& view, Value tangent) {
  Builder g(below());
  for (JvpValue* part = &view; part->viewed_; part = part->viewed_.get()) {
    JvpValue& whole = *part->viewed_;
    GRADD_ASSIGN_OR_RETURN(Value into, TangentOf(whole));
    if (!tangent && !into) return Value();
    if (!tangent) tangent = ops::ZerosLike(g, part->spec());
    if (!into) into = ops::ZerosLike(g, whole.spec());
    // Where the part lies in a tangent of the whole, which is contiguous whatever the primal is.
    const TensorSpec contiguous =
        TensorSpec::Contiguous(whole.spec().dtype, whole.spec().shape, whole.spec().device);
    Specs layout;
    GRADD_RETURN_IF_ERROR(InferSpecs(*part->view_op_, {&contiguous}, part->attributes_, layout));
    tangent = ops::StridedScatter(g, ops::Contiguous(g, into), tangent, layout[0].strides,
                                  layout[0].offset);
    GRADD_RETURN_IF_ERROR(g.status());
  }
  return tangent;
}

absl::Status Jvp::Assign(const Value& target, const Value& source) {
  GRADD_ASSIGN_OR_RETURN(const Value tangent, Tangent(source));
  if (!Made(target)) {
    if (!tangent) return below().Assign(target, Primal(source));
    return InvalidArgument(
        "JVP_IN_PLACE",
        "jvp: the function attempted to call an in-place operation that would give a tangent to a "
        "captured Tensor. This is not supported; please rewrite the function being transformed to "
        "explicitly accept the mutated Tensor(s) as inputs.");
  }
  JvpValue& own = static_cast<JvpValue&>(*target);
  GRADD_ASSIGN_OR_RETURN(Value root_tangent, RootTangent(own, tangent));
  GRADD_RETURN_IF_ERROR(below().Assign(own.primal_, Primal(source)));
  JvpValue* root = &own;
  while (root->viewed_) root = root->viewed_.get();
  root->tangent_ = std::move(root_tangent);
  return absl::OkStatus();
}

}  // namespace gradd
