// vmap: ops run on every element of a batch at once, and see one element each.
#pragma once

#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/ops/op.h"
#include "core/transforms/level.h"

namespace gradd {

// A tensor for each element of a batch: a value of the interpreter below with the batch dimension
// at 0. spec() is that of one element: without the batch dimension, with the strides it has inside
// inner() and the offset of element 0.
class BatchValue final : public WrappedValue {
 public:
  // REQUIRES: `inner` has at least one dimension.
  BatchValue(const Level& level, Value inner);
  const Value& inner() const { return inner_; }

 private:
  const Value inner_;
};

// Levels nest: the interpreter below may be a Batch or a Jvp.
class Batch final : public Level {
 public:
  // `size` is that of the batch dimension, the same for every value of this level; 0 is fine.
  Batch(Interpreter& below, int64_t size) : Level(below), size_(size) {}

  int64_t size() const { return size_; }

  // `value`, a value of the interpreter below, as a batch along its dimension `in_dim` (negative
  // ones count from the back), which must have size().
  absl::StatusOr<Value> Wrap(const Value& value, int64_t in_dim);

  // The opposite: a value of the interpreter below with the batch along `out_dim` of its
  // dimensions. A value that is not batched is repeated.
  absl::StatusOr<Value> Unwrap(const Value& value, int64_t out_dim);

  // Without batched inputs the call is the interpreter's below. Else the outputs are batched; their
  // shapes and dtypes are what the op says of single elements. Ops without a rule run in a loop.
  // Refuses random and data-dependent ops on batched inputs.
  absl::StatusOr<Values> Apply(const Op& op, ValueSpan inputs,
                               const Attributes& attributes) override;

  // Refuses a batched source for a target that is not batched, which would have to hold several
  // values at once.
  absl::Status Assign(const Value& target, const Value& source) override;

 private:
  // The value of the interpreter below behind `value`, batched or not.
  const Value& Inner(const Value& value) const;
  // The same, repeated along a batch dimension if it has none.
  absl::StatusOr<Value> Batched(const Value& value);
  absl::StatusOr<Values> Loop(const BatchCall& call, const Specs& element_specs);

  const int64_t size_;
};

}  // namespace gradd
