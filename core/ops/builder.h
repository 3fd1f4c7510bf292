// What a rule computes with: an interpreter, and the first error met.
#pragma once

#include <initializer_list>
#include <utility>

#include "absl/status/status.h"

#include "core/ops/interpreter.h"
#include "core/ops/op.h"
#include "core/ops/value.h"

namespace gradd {

// After an error every further call is skipped and returns null, so rules read as formulas and the
// caller of the rule checks status() once.
class Builder {
 public:
  explicit Builder(Interpreter& interpreter) : interpreter_(interpreter) {}
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;

  // The first output of `op`.
  Value Apply(const Op& op, std::initializer_list<Value> inputs,
              const Attributes& attributes = {}) {
    return ApplySpan(op, ValueSpan(inputs.begin(), inputs.size()), attributes);
  }
  Value ApplySpan(const Op& op, ValueSpan inputs, const Attributes& attributes = {});
  // All outputs; empty after an error.
  Values ApplyAll(const Op& op, ValueSpan inputs, const Attributes& attributes = {});

  void Fail(absl::Status status) {
    if (status_.ok()) status_ = std::move(status);
  }
  bool ok() const { return status_.ok(); }
  const absl::Status& status() const { return status_; }
  Interpreter& interpreter() { return interpreter_; }

 private:
  Interpreter& interpreter_;
  absl::Status status_;
};

}  // namespace gradd
