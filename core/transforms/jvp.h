// Forward-mode differentiation: values carry the derivative along one direction with them.
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/ops/op.h"
#include "core/transforms/level.h"

namespace gradd {

// A primal and its tangent, both values of the interpreter below. spec() is the primal's.
//
// The value of a view op keeps no tangent of its own but what it is a view of: an in-place op
// replaces the tangent of the tensor that owns the storage, and its views follow.
class JvpValue final : public WrappedValue {
 public:
  ~JvpValue() override;
  const Value& primal() const { return primal_; }

 private:
  friend class Jvp;
  JvpValue(const Level& level, Value primal, Value tangent)
      : WrappedValue(level, primal->spec()),
        primal_(std::move(primal)),
        tangent_(std::move(tangent)) {}
  JvpValue(const Level& level, Value primal, RefPtr<JvpValue> viewed, const Op& view_op,
           Attributes attributes)
      : WrappedValue(level, primal->spec()),
        primal_(std::move(primal)),
        viewed_(std::move(viewed)),
        view_op_(&view_op),
        attributes_(std::move(attributes)) {}

  const Value primal_;
  Value tangent_;  // null: zero; of a view: made from viewed_tangent_

  RefPtr<JvpValue> viewed_;  // null: not a view
  const Op* view_op_ = nullptr;
  const Attributes attributes_;
  Value viewed_tangent_;
};

// Levels nest: a tangent of an outer level that goes through an inner one is an ordinary part of
// the inner one's primals and tangents, so the two are never confused.
class Jvp final : public Level {
 public:
  // `below` has to outlive the level. By pointer, because a Jvp on a Jvp is not its copy.
  explicit Jvp(Interpreter* below) : Level(*below) {}

  // `primal` with a tangent: values of the interpreter below, the tangent like the primal in shape,
  // dtype and device. A null tangent means zero; a plain number has no other and stays one.
  absl::StatusOr<Value> Lift(const Value& primal, const Value& tangent);

  // The parts of a value, which need not be of this level. A null tangent means zero; that of a
  // view may have to be computed first, which can fail.
  Value Primal(const Value& value) const;
  absl::StatusOr<Value> Tangent(const Value& value);

  // Computes the primals below, and the tangents of floating outputs by the op's jvp rule. A fused
  // primitive with tangents is expanded instead. Ops that are not differentiable give no tangents.
  absl::StatusOr<Values> Apply(const Op& op, ValueSpan inputs,
                               const Attributes& attributes) override;

  // Assigns the primal below; the source's tangent becomes the target's. Refuses a source with a
  // tangent for a target that was made outside of this level and cannot hold one.
  absl::Status Assign(const Value& target, const Value& source) override;

 private:
  absl::StatusOr<Value> TangentOf(JvpValue& value);
  absl::StatusOr<Value> RootTangent(JvpValue& view, Value tangent);
  Values WithoutTangents(Values primals) const;
};

}  // namespace gradd
