// How the public functions reach an interpreter, and how its errors become exceptions.
#pragma once

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"

#include "client/cpp/connection.h"
#include "client/cpp/operand.h"
#include "client/cpp/remote_session.h"
#include "client/cpp/source_line.h"
#include "client/cpp/tensor.h"
#include "client/cpp/tensor_options.h"
#include "core/ops/op.h"

namespace gradd {
inline namespace client {

// The op of this name. REQUIRES: there is one.
const Op& OpNamed(absl::string_view name);

// Applies `op` to the inputs' connection; throws what goes wrong.
Values Call(const Op& op, ValueSpan inputs, const Attributes& attributes, SourceLine source);
// The same for an op with one output.
Tensor CallOne(const Op& op, ValueSpan inputs, const Attributes& attributes, SourceLine source);
// Makes `target` hold what the op gives; inputs[0] is the target.
Tensor CallInPlace(const Op& op, ValueSpan inputs, const Attributes& attributes, SourceLine source);
// An op without tensor arguments, on the options' connection, with what else they ask for.
Tensor CallCreate(const Op& op, const Attributes& attributes, const TensorOptions& options,
                  SourceLine source);
// Where, and on which device, CallCreate makes a tensor.
Connection ConnectionOf(const TensorOptions& options, SourceLine source);
DeviceId DeviceOf(const TensorOptions& options, SourceLine source);

// The arguments of a variadic op: the fixed inputs, then the list.
Values WithList(Values inputs, const std::vector<Tensor>& list);

template <class T>
AttributeValue Optional(const std::optional<T>& value) {
  return value.has_value() ? AttributeValue(*value) : AttributeValue();
}

// Sends a command without waiting, or waits for its answer; throws what goes wrong.
void Send(RemoteSession& session, v1::Command& command, absl::string_view what, SourceLine source);
v1::Result Ask(RemoteSession& session, Lane& lane, v1::Command& command, absl::string_view what,
               SourceLine source);

}  // namespace client
}  // namespace gradd
