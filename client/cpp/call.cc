#include "client/cpp/call.h"

#include <utility>

#include "client/cpp/connection.h"
#include "client/cpp/failure.h"
#include "client/cpp/remote.h"
#include "client/cpp/remote_value.h"
#include "core/base/status.h"
#include "core/ops/op_table.h"

namespace gradd {
inline namespace client {
namespace {

// The session of the first tensor. Null when there is none.
RemoteSession* SessionOf(ValueSpan inputs) {
  for (const Value& input : inputs) {
    if (input && input->kind() == ValueBase::Kind::kBottom) {
      return &static_cast<const RemoteValue&>(*input).session();
    }
  }
  return nullptr;
}

RemoteSession& NeedSession(const Op& op, ValueSpan inputs, const Attributes& attributes,
                           SourceLine source) {
  RemoteSession* const session = SessionOf(inputs);
  if (session == nullptr) {
    // An empty list has its own text.
    Specs specs;
    if (inputs.empty()) ThrowIfError(InferSpecs(op, {}, attributes, specs), op.name, source);
    Throw(InvalidArgument("UNDEFINED_TENSOR", op.name, "(): expected a tensor"), op.name, source);
  }
  return *session;
}

}  // namespace

Connection ConnectionOf(const TensorOptions& options, SourceLine source) {
  return options.connection() != nullptr ? *options.connection() : Connection::Default(source);
}

const Op& OpNamed(absl::string_view name) { return *FindOp(name); }

Values WithList(Values inputs, const std::vector<Tensor>& list) {
  for (const Tensor& tensor : list) inputs.push_back(tensor.value());
  return inputs;
}

Values Call(const Op& op, ValueSpan inputs, const Attributes& attributes, SourceLine source) {
  Remote remote(NeedSession(op, inputs, attributes, source));
  const CallSite site(source);
  absl::StatusOr<Values> outputs = remote.Apply(op, inputs, attributes);
  if (!outputs.ok()) Throw(outputs.status(), op.name, source);
  return *std::move(outputs);
}

Tensor CallOne(const Op& op, ValueSpan inputs, const Attributes& attributes, SourceLine source) {
  return Tensor(std::move(Call(op, inputs, attributes, source)[0]));
}

Tensor CallInPlace(const Op& op, ValueSpan inputs, const Attributes& attributes,
                   SourceLine source) {
  Remote remote(NeedSession(op, inputs, attributes, source));
  const CallSite site(source);
  ThrowIfError(remote.ApplyInPlace(op, inputs, attributes), op.name + "_", source);
  return Tensor(inputs[0]);
}

Tensor CallCreate(const Op& op, const Attributes& attributes, const TensorOptions& options,
                  SourceLine source) {
  const Connection connection = ConnectionOf(options, source);
  Remote remote(connection.session());
  const CallSite site(source);
  absl::StatusOr<Values> outputs = remote.Apply(op, {}, attributes);
  if (!outputs.ok()) Throw(outputs.status(), op.name, source);
  Tensor tensor(std::move((*outputs)[0]));
  if (options.requires_grad()) tensor.requires_grad_(true, source);
  return tensor;
}

DeviceId DeviceOf(const TensorOptions& options, SourceLine source) {
  return options.device().has_value() ? *options.device() : ConnectionOf(options, source).device();
}

void Send(RemoteSession& session, v1::Command& command, absl::string_view what, SourceLine source) {
  ThrowIfError(session.Enqueue(session.lane(), command), what, source);
}

v1::Result Ask(RemoteSession& session, Lane& lane, v1::Command& command, absl::string_view what,
               SourceLine source) {
  absl::StatusOr<v1::Result> result = session.Ask(lane, command);
  if (!result.ok()) Throw(result.status(), what, source);
  return *std::move(result);
}

}  // namespace client
}  // namespace gradd
