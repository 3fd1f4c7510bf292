// Forward: op calls.
#include "core/autograd/errors.h"
#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/cast/to.h"
#include "core/ops/in_place.h"
#include "core/ops/op_table.h"
#include "core/ops/random/random_spec.h"
#include "proto/codec/attributes.h"
#include "proto/codec/quoted.h"
#include "proto/codec/scalar.h"
#include "proto/codec/tensor_spec.h"
#include "server/session/session_state.h"

namespace gradd::server {
namespace {

GradMode DecodeGradMode(v1::GradMode mode) {
  if (mode == v1::GRAD_MODE_DISABLED) return GradMode::kDisabled;
  if (mode == v1::GRAD_MODE_INFERENCE) return GradMode::kInference;
  return GradMode::kEnabled;
}

absl::StatusOr<Values> DecodeInputs(CommandScope& scope, const v1::OpCall& call) {
  absl::StatusOr<Values> inputs(absl::in_place);
  if (static_cast<size_t>(call.inputs_size()) > kMaxCallInputs) {
    return InvalidArgument("INPUT_COUNT", "a call has at most ", kMaxCallInputs,
                           " inputs, but got ", call.inputs_size());
  }
  int next_scalar = 0;
  for (const uint64_t handle : call.inputs()) {
    if (handle != 0) {
      GRADD_ASSIGN_OR_RETURN(Value value, scope.Resolve(handle));
      inputs->push_back(std::move(value));
      continue;
    }
    if (next_scalar == call.scalars_size()) {
      return InvalidArgument("SCALAR_MISSING", call.op(),
                             "(): an input of 0 stands for one of `scalars`, and there are only ",
                             call.scalars_size());
    }
    GRADD_ASSIGN_OR_RETURN(const Scalar scalar, codec::DecodeScalar(call.scalars(next_scalar++)));
    inputs->push_back(MakeScalar(scalar));
  }
  if (next_scalar != call.scalars_size()) {
    return InvalidArgument("SCALAR_UNUSED", call.op(), "(): more `scalars` than inputs of 0");
  }
  return inputs;
}

// A random op that was not told its seed gets the session's, and the next number.
Attributes SeedRandom(SessionState& state, const Attributes& attributes) {
  std::vector<AttributeValue> values;
  for (size_t i = 0; i < attributes.size(); ++i) values.push_back(attributes[i]);
  const size_t seed = attributes.size() - 2, offset = attributes.size() - 1;
  if (!attributes.Has(seed)) values[seed] = static_cast<int64_t>(state.options.seed);
  if (!attributes.Has(offset)) values[offset] = static_cast<int64_t>(++state.random_ops);
  return Attributes(std::move(values));
}

absl::Status CheckDevices(const SessionState& state, const Attributes& attributes) {
  for (size_t i = 0; i < attributes.size(); ++i) {
    if (const auto* device = std::get_if<DeviceId>(&attributes[i])) {
      GRADD_RETURN_IF_ERROR(state.eager.CheckDevice(*device));
    }
  }
  return absl::OkStatus();
}

// Gives the op's result to its first input.
absl::Status AssignInPlace(CommandScope& scope, const Value& target, Value result) {
  if (target->kind() == ValueBase::Kind::kScalar) {
    return InvalidArgument("NUMBER_NOT_TENSOR", "the target of an in-place op must be a tensor");
  }
  GRADD_RETURN_IF_ERROR(CheckInPlaceResult(target->spec(), result->spec()));
  Builder g(scope.state.tape);
  result = ops::Cast(g, result, target->spec().dtype);
  GRADD_RETURN_IF_ERROR(g.status());
  return scope.state.tape.Assign(target, result);
}

absl::Status ApplyCall(CommandScope& scope, const v1::OpCall& call, bool want_specs) {
  SessionState& state = scope.state;
  scope.SetSource(call.source_id(), call.source());
  const absl::StatusOr<const Op*> found = FindCalledOp(scope.attachment, call);
  if (!found.ok()) scope.origin.op = call.op();
  GRADD_ASSIGN_OR_RETURN(const Op* const op, found);
  scope.origin_op = op;
  GRADD_ASSIGN_OR_RETURN(const Values& inputs, DecodeInputs(scope, call));
  GRADD_ASSIGN_OR_RETURN(Attributes attributes,
                         codec::DecodeAttributes(*op, call.attributes(), state.options.device));
  GRADD_RETURN_IF_ERROR(CheckDevices(state, attributes));
  if (!call.in_place()) {
    for (int i = 0; i < op->output_count; ++i) {
      GRADD_RETURN_IF_ERROR(scope.attachment.handles.CheckFree(call.output() + i));
    }
  } else if (inputs.empty()) {
    return InvalidArgument("NO_TARGET", op->name, "(): an in-place op needs an input");
  }
  if (op->is_random) attributes = SeedRandom(state, attributes);
  state.tape.set_grad_mode(DecodeGradMode(call.grad_mode()));
  GRADD_ASSIGN_OR_RETURN(Values && outputs, state.tape.Apply(*op, inputs, attributes));
  if (call.in_place()) return AssignInPlace(scope, inputs[0], std::move(outputs[0]));
  for (int i = 0; i < op->output_count; ++i) {
    if (want_specs || op->is_data_dependent) {
      v1::OutputSpec* output = scope.result->mutable_forward()->add_outputs();
      output->set_handle(call.output() + i);
      codec::EncodeTensorSpec(outputs[i]->spec(), output->mutable_spec());
    }
    scope.attachment.handles.Define(call.output() + i, std::move(outputs[i]));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<const Op*> FindCalledOp(const AttachmentState& attachment, const v1::OpCall& call) {
  const Op* op = nullptr;
  absl::string_view name = call.op();
  if (call.op_id() != 0) {
    const auto found = attachment.definitions.find(call.op_id());
    if (found == attachment.definitions.end()) {
      return InvalidArgument("OP_UNDEFINED", "no op was defined as number ", call.op_id());
    }
    const Definition& definition = found->second;
    GRADD_RETURN_IF_ERROR(definition.op_status);
    op = definition.op;
    name = definition.source->text;
  } else {
    op = FindOp(call.op());
  }
  if (op == nullptr || op->is_internal) {
    return InvalidArgument("OP_UNKNOWN", "there is no op ", codec::Quoted(name));
  }
  return op;
}

absl::Status ApplyForward(CommandScope& scope, const v1::ForwardRequest& request) {
  // A unary call wants to know what it got; a stream's client knows already.
  const bool want_specs = request.has_scope();
  if (want_specs) scope.result->mutable_forward();
  scope.state.eager.set_phase(Phase::kForward);
  for (const v1::OpCall& call : request.calls()) {
    if (scope.cancellation.cancelled()) return autograd_errors::Cancelled();
    GRADD_RETURN_IF_ERROR(ApplyCall(scope, call, want_specs));
  }
  return absl::OkStatus();
}

}  // namespace gradd::server
