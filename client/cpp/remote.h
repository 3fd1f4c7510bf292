// The interpreter at the bottom of a client's stack: infers the spec, assigns a handle, enqueues.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "client/cpp/remote_value.h"
#include "client/cpp/source_line.h"
#include "core/ops/interpreter.h"

namespace gradd {
inline namespace client {

// Errors in arguments, shapes and dtypes come back at once and nothing is sent; what only the
// server can find out comes with a later answer. Ops whose output's shape depends on data wait.
// The grad mode is the thread's (grad_mode.h), the source line what CallSite says.
class Remote final : public Interpreter {
 public:
  explicit Remote(RemoteSession& session) : session_(session) {}

  absl::StatusOr<Values> Apply(const Op& op, ValueSpan inputs,
                               const Attributes& attributes) override;
  absl::Status Assign(const Value& target, const Value& source) override;

  // Makes `inputs[0]` hold what the op gives, as PyTorch's in-place ops do.
  absl::Status ApplyInPlace(const Op& op, ValueSpan inputs, const Attributes& attributes);

 private:
  RemoteSession& session_;
};

// The line that calls of this thread belong to, while it lives.
class CallSite {
 public:
  explicit CallSite(SourceLine source);
  ~CallSite();
  CallSite(const CallSite&) = delete;
  CallSite& operator=(const CallSite&) = delete;
  static SourceLine Current();

 private:
  const SourceLine previous_;
};

}  // namespace client
}  // namespace gradd
