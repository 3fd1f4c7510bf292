// The interpreter that records.
#pragma once

#include <array>
#include <cstdint>

#include "absl/status/statusor.h"

#include "core/autograd/grad_mode.h"
#include "core/autograd/history.h"
#include "core/autograd/node.h"
#include "core/ops/interpreter.h"

namespace gradd {

// Applies ops through the interpreter below (Eager) and, where an input requires grad, records a
// node. One per session, on its strand. Its values are Eager's; what it knows of them hangs on them
// as a History.
class Tape final : public Interpreter {
 public:
  Tape(Interpreter& below, RefPtr<NodeBudget> nodes) : below_(below), nodes_(std::move(nodes)) {}
  // Empties every `.grad`: with create_graph they can own the graph that owns them.
  ~Tape() override { slots_->Clear(); }

  absl::StatusOr<Values> Apply(const Op& op, ValueSpan inputs,
                               const Attributes& attributes) override;
  // In-place ops end here. Refuses writes to leaves that require grad (and to views of them),
  // carries the source's history over to the target, and for a view to its base.
  absl::Status Assign(const Value& target, const Value& source) override;

  // For the ops that follow.
  void set_grad_mode(GradMode mode) { mode_ = mode; }
  GradMode grad_mode() const { return mode_; }
  void set_source(RefPtr<SourceLine> source) { source_ = std::move(source); }

  // Where the value's gradient goes; a null edge when it requires none. Makes the edge of a view
  // whose base was written since.
  absl::StatusOr<Edge> GradientEdge(const Value& value);
  bool RequiresGrad(const Value& value);
  bool IsLeaf(const Value& value);

  // Makes a leaf that requires grad, or stops it from requiring one.
  absl::Status SetRequiresGrad(const Value& value, bool requires_grad);
  // Keeps the gradient of a value that is not a leaf. Nothing to do for leaves.
  absl::Status RetainGrad(const Value& value);
  // Where the value's `.grad` is kept.
  RefPtr<GradSlot> EnsureSlot(const Value& value);
  // `.grad`; null: None.
  Value Grad(const Value& value);
  // Sets `.grad`; null: None.
  absl::Status SetGrad(const Value& value, const Value& grad);
  // Makes the tensor that `.grad` is hold what `contents` holds; outside of every graph from then
  // on. REQUIRES: there is a `.grad`, of `contents`' shape and dtype.
  absl::Status FillGrad(const Value& value, const Value& contents);

  // A number that no traversal had before.
  uint64_t NextVisit() { return ++visits_; }
  Interpreter& below() { return below_; }

 private:
  // As GradientEdge; good until the value's history changes.
  absl::StatusOr<const Edge*> FindEdge(const Value& value);
  // A base's storage as its views' strides and offsets index it: a row-major tensor, which the base
  // itself need not be (a detached part is the base of its views).
  struct Ground {
    Edge edge;
    TensorSpec spec;
    int64_t offset;  // what views' offsets count from
  };
  absl::StatusOr<Ground> GroundOf(const TensorSpec& base, const Edge& edge);
  // The edge of a view.
  absl::StatusOr<Edge> Cut(const Ground& ground, const TensorSpec& view);
  // The edge of a base after a part of it was written.
  absl::StatusOr<Edge> Overwritten(const TensorValue& base, const Edge& base_edge,
                                   const TensorSpec& part, const Edge& source_edge);
  SpecRef SharedSpecOf(const Value& value);
  static History* HistoryOf(const Value& value);
  static History& EnsureHistory(TensorValue& tensor);
  absl::StatusOr<RefPtr<Node>> NewNode(const Op& op, const Attributes& attributes,
                                       size_t inputs = 0);
  absl::StatusOr<RefPtr<Node>> Record(const Op& op, ValueSpan inputs, const Attributes& attributes);
  absl::Status Save(Node& node, ValueSpan inputs, ValueSpan outputs);
  absl::Status CheckInPlace(const Value& target, const Value& source);
  void MarkUnrecorded(const Op& op, ValueSpan inputs, Values& outputs);
  // Notes which of its base's histories a new view belongs to, and in which mode it was made.
  void MarkView(const Value& input, TensorValue& view);

  Interpreter& below_;
  const RefPtr<NodeBudget> nodes_;
  const RefPtr<GradSlots> slots_ = MakeRef<GradSlots>();
  GradMode mode_ = GradMode::kEnabled;
  RefPtr<SourceLine> source_;
  std::array<SpecRef, kDTypeCount> number_specs_;  // of plain numbers; null until needed
  uint64_t last_sequence_ = 0;
  uint64_t last_id_ = 0;
  uint64_t visits_ = 0;
};

}  // namespace gradd
