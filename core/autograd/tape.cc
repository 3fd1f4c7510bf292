#include "core/autograd/tape.h"

#include "core/autograd/errors.h"
#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/view/as_strided.h"
#include "core/ops/view/clone.h"
#include "core/ops/view/strided_scatter.h"

namespace gradd {
namespace {

bool IsTensor(const Value& value) { return value->kind() == ValueBase::Kind::kBottom; }

// retain_grad follows a tensor to the history that an in-place op gave it.
void MoveRetained(const Edge& from, const Edge& to, const RefPtr<GradSlot>& slot) {
  auto& retained = from.node->retained;
  for (auto it = retained.begin(); it != retained.end(); ++it) {
    if (it->second != slot) continue;
    retained.erase(it);
    to.node->retained.emplace_back(to.output, slot);
    return;
  }
}

}  // namespace

History* Tape::HistoryOf(const Value& value) {
  return IsTensor(value) ? static_cast<History*>(AsTensor(value).annotation()) : nullptr;
}

History& Tape::EnsureHistory(TensorValue& tensor) {
  if (tensor.annotation() == nullptr) tensor.set_annotation(MakeRef<History>());
  return static_cast<History&>(*tensor.annotation());
}

absl::StatusOr<RefPtr<Node>> Tape::NewNode(const Op& op, const Attributes& attributes) {
  if (!nodes_->Reserve()) return autograd_errors::NodeLimit(nodes_->limit());
  auto node = MakeRef<Node>(nodes_);
  node->op = &op;
  node->attributes = attributes;
  node->sequence = ++last_sequence_;
  node->id = ++last_id_;
  node->source = source_;
  return node;
}

absl::StatusOr<Edge> Tape::GradientEdge(const Value& value) {
  GRADD_ASSIGN_OR_RETURN(const Edge* const edge, FindEdge(value));
  return *edge;
}

absl::StatusOr<const Edge*> Tape::FindEdge(const Value& value) {
  static const Edge* const kNone = new Edge;
  if (!IsTensor(value)) return kNone;
  TensorValue& tensor = AsTensor(value);
  History* history = static_cast<History*>(tensor.annotation());
  const RefPtr<TensorValue>& base = tensor.base();
  const uint64_t generation = base && base->annotation() != nullptr
                                  ? static_cast<History*>(base->annotation())->generation
                                  : 0;
  if (base && generation != (history == nullptr ? 0 : history->generation)) {
    // The base was written through another view or by name: this view's elements are now those of
    // the base's new history.
    History& own = EnsureHistory(tensor);
    GRADD_ASSIGN_OR_RETURN(const Edge* const base_edge, FindEdge(base));
    Edge edge;
    if (*base_edge) {
      const TensorSpec& spec = tensor.spec();
      GRADD_ASSIGN_OR_RETURN(edge.node,
                             NewNode(ops::AsStridedOp(), {spec.shape, spec.strides, spec.offset}));
      edge.node->inputs.push_back(base->spec());
      edge.node->outputs.push_back(spec);
      edge.node->needs.Add(0);
      edge.node->edges.push_back(*base_edge);
    }
    own.edge = std::move(edge);
    own.generation = generation;
    return &own.edge;
  }
  return history == nullptr ? kNone : &history->edge;
}

bool Tape::RequiresGrad(const Value& value) {
  const absl::StatusOr<Edge> edge = GradientEdge(value);
  return edge.ok() && *edge;
}

bool Tape::IsLeaf(const Value& value) {
  const absl::StatusOr<Edge> edge = GradientEdge(value);
  return !edge.ok() || !*edge || edge->node->is_leaf();
}

absl::StatusOr<RefPtr<Node>> Tape::Record(const Op& op, ValueSpan inputs,
                                          const Attributes& attributes) {
  // All edges first: making a view's edge anew makes a node, which has to come before this one.
  absl::InlinedVector<const Edge*, 4> edges;
  IndexSet needs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    GRADD_ASSIGN_OR_RETURN(const Edge* const edge, FindEdge(inputs[i]));
    if (*edge) needs.Add(i);
    edges.push_back(edge);
  }
  if (needs.empty()) return RefPtr<Node>();
  GRADD_ASSIGN_OR_RETURN(RefPtr<Node> node, NewNode(op, attributes));
  node->needs = needs;
  for (const Edge* edge : edges) node->edges.push_back(*edge);
  for (const Value& input : inputs) node->inputs.push_back(input->spec());
  return node;
}

absl::Status Tape::Save(Node& node, ValueSpan inputs, ValueSpan outputs) {
  if (node.op->residuals == nullptr) return absl::OkStatus();
  const Residuals residuals = node.op->residuals(*node.op, node.needs);
  const auto save = [&](const Value& value, uint32_t position) -> absl::Status {
    if (!IsTensor(value)) {
      node.saved.push_back({position, nullptr, 0, value});
      return absl::OkStatus();
    }
    const History* history = HistoryOf(value);
    if (history != nullptr && history->creation == Creation::kInference) {
      return autograd_errors::InferenceTensorSaved();
    }
    const TensorValue& tensor = AsTensor(value);
    node.saved.push_back({position, tensor.shared_cell(), tensor.version(), nullptr});
    return absl::OkStatus();
  };
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (residuals.inputs.Contains(i)) GRADD_RETURN_IF_ERROR(save(inputs[i], i));
  }
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (residuals.outputs.Contains(i)) {
      GRADD_RETURN_IF_ERROR(save(outputs[i], inputs.size() + i));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Values> Tape::Apply(const Op& op, ValueSpan inputs, const Attributes& attributes) {
  RefPtr<Node> node;
  if (mode_ == GradMode::kEnabled && op.differentiable()) {
    if (op.expand != nullptr) {
      bool requires_grad = false;
      for (const Value& input : inputs) requires_grad = requires_grad || RequiresGrad(input);
      if (requires_grad) {
        Builder g(*this);
        Values outputs(op.output_count);
        op.expand(g, op, inputs, attributes, absl::MakeSpan(outputs));
        GRADD_RETURN_IF_ERROR(g.status());
        return outputs;
      }
    } else {
      GRADD_ASSIGN_OR_RETURN(node, Record(op, inputs, attributes));
    }
  }
  absl::StatusOr<Values> outputs = below_.Apply(op, inputs, attributes);
  if (!outputs.ok()) return outputs;
  if (!node) {
    MarkOutputs(op, inputs, *outputs);
    return outputs;
  }
  GRADD_RETURN_IF_ERROR(Save(*node, inputs, *outputs));
  for (uint32_t i = 0; i < outputs->size(); ++i) {
    TensorValue& output = AsTensor((*outputs)[i]);
    node->outputs.push_back(output.spec());
    if (!IsFloating(output.spec().dtype)) continue;
    History& history = EnsureHistory(output);
    history.edge = {node, i};
    if (output.base() && output.base()->annotation() != nullptr) {
      history.generation = static_cast<History*>(output.base()->annotation())->generation;
    }
  }
  return outputs;
}

void Tape::MarkOutputs(const Op& op, ValueSpan inputs, Values& outputs) {
  if (mode_ == GradMode::kEnabled) return;
  for (Value& value : outputs) {
    TensorValue& output = AsTensor(value);
    if (mode_ == GradMode::kInference && !output.base()) {
      EnsureHistory(output).creation = Creation::kInference;
    } else if (op.is_view && output.base()) {
      // Its own history ends here, whatever the base's is; later writes through it are ambiguous.
      History& history = EnsureHistory(output);
      if (RequiresGrad(inputs[0])) history.creation = Creation::kViewInNoGrad;
      if (output.base()->annotation() != nullptr) {
        history.generation = static_cast<History*>(output.base()->annotation())->generation;
      }
    }
  }
}

absl::Status Tape::CheckInPlace(const Value& target) {
  const History* history = HistoryOf(target);
  if (history != nullptr && history->creation == Creation::kInference &&
      mode_ != GradMode::kInference) {
    return autograd_errors::InferenceTensorInPlace();
  }
  if (mode_ != GradMode::kEnabled) return absl::OkStatus();
  const RefPtr<TensorValue>& base = AsTensor(target).base();
  if (base) {
    if (RequiresGrad(base) && IsLeaf(base)) return autograd_errors::ViewOfLeafInPlace();
    if (history != nullptr && history->creation == Creation::kViewInNoGrad) {
      return autograd_errors::NoGradViewInPlace();
    }
  } else if (RequiresGrad(target) && IsLeaf(target)) {
    return autograd_errors::LeafInPlace();
  }
  return absl::OkStatus();
}

absl::Status Tape::Assign(const Value& target_value, const Value& source_value) {
  GRADD_RETURN_IF_ERROR(CheckInPlace(target_value));
  TensorValue& target = AsTensor(target_value);
  if (mode_ != GradMode::kEnabled) return below_.Assign(target_value, source_value);

  GRADD_ASSIGN_OR_RETURN(const Edge source_edge, GradientEdge(source_value));
  const RefPtr<TensorValue> base = target.base();
  const Value owner = base ? Value(base) : target_value;
  GRADD_ASSIGN_OR_RETURN(const Edge old_edge, GradientEdge(owner));
  Node* const recorded =
      source_edge && !source_edge.node->is_leaf() ? source_edge.node.get() : nullptr;
  if (recorded != nullptr) {
    // What the in-place op itself saved of its target is the value from before the write: it keeps
    // that buffer, and the write goes to another.
    for (SavedValue& saved : recorded->saved) {
      if (saved.position < recorded->inputs.size() && saved.cell == target.shared_cell() &&
          recorded->sequence == last_sequence_) {
        saved.cell = MakeRef<StorageCell>(saved.cell->buffer);
        saved.version = 0;
      }
    }
  }
  // Everything that can fail comes before the first change.
  RefPtr<Node> node;
  if (base && (source_edge || old_edge)) {
    const TensorSpec& spec = target.spec();
    GRADD_ASSIGN_OR_RETURN(node, NewNode(ops::StridedScatterOp(), {spec.strides, spec.offset}));
    node->inputs.push_back(base->spec());
    node->inputs.push_back(TensorSpec::Contiguous(spec.dtype, spec.shape, spec.device));
    node->outputs.push_back(base->spec());
    node->edges = {old_edge, source_edge};
    if (old_edge) node->needs.Add(0);
    if (source_edge) node->needs.Add(1);
  } else if (!base && !source_edge && old_edge) {
    // As in PyTorch the tensor goes on requiring grad, but none flows past the write.
    GRADD_ASSIGN_OR_RETURN(node, NewNode(ops::CloneOp(), {}));
    node->inputs.push_back(target.spec());
    node->outputs.push_back(target.spec());
    node->edges.emplace_back();
  }
  GRADD_RETURN_IF_ERROR(below_.Assign(target_value, source_value));

  if (!node && !source_edge) return absl::OkStatus();
  History& history = EnsureHistory(AsTensor(owner));
  const Edge new_edge = node ? Edge{node, 0} : source_edge;
  if (history.slot && history.edge) MoveRetained(history.edge, new_edge, history.slot);
  history.edge = new_edge;
  ++history.generation;
  if (!base && recorded != nullptr) {
    // The op's saved output is the target now, and is watched as such.
    for (SavedValue& saved : recorded->saved) {
      if (saved.position >= recorded->inputs.size() &&
          saved.cell == AsTensor(source_value).shared_cell()) {
        saved.cell = target.shared_cell();
        saved.version = target.version();
      }
    }
  }
  return absl::OkStatus();
}

absl::Status Tape::SetRequiresGrad(const Value& value, bool requires_grad) {
  GRADD_ASSIGN_OR_RETURN(const Edge edge, GradientEdge(value));
  if (edge && !edge.node->is_leaf()) {
    return requires_grad ? absl::OkStatus()
                         : autograd_errors::OnlyLeavesChangeRequiresGrad(requires_grad);
  }
  if (requires_grad == static_cast<bool>(edge)) return absl::OkStatus();
  TensorValue& tensor = AsTensor(value);
  if (!requires_grad) {
    EnsureHistory(tensor).edge = {};
    return absl::OkStatus();
  }
  if (!IsFloating(tensor.spec().dtype)) return autograd_errors::OnlyFloatingRequiresGrad();
  if (!nodes_->Reserve()) return autograd_errors::NodeLimit(nodes_->limit());
  auto leaf = MakeRef<Node>(nodes_);
  leaf->id = ++last_id_;
  leaf->outputs.push_back(tensor.spec());
  leaf->source = source_;
  leaf->slot = EnsureSlot(value);
  EnsureHistory(tensor).edge = {std::move(leaf), 0};
  return absl::OkStatus();
}

absl::Status Tape::RetainGrad(const Value& value) {
  GRADD_ASSIGN_OR_RETURN(const Edge edge, GradientEdge(value));
  if (!edge) return autograd_errors::CannotRetainGrad();
  if (edge.node->is_leaf()) return absl::OkStatus();
  const RefPtr<GradSlot> own = EnsureSlot(value);
  for (const auto& [output, slot] : edge.node->retained) {
    if (output == edge.output && slot == own) return absl::OkStatus();
  }
  edge.node->retained.emplace_back(edge.output, own);
  return absl::OkStatus();
}

RefPtr<GradSlot> Tape::EnsureSlot(const Value& value) {
  History& history = EnsureHistory(AsTensor(value));
  if (!history.slot) history.slot = slots_->NewSlot();
  return history.slot;
}

Value Tape::Grad(const Value& value) {
  const History* history = HistoryOf(value);
  return history == nullptr || !history->slot ? nullptr : history->slot->grad;
}

absl::Status Tape::SetGrad(const Value& value, const Value& grad) {
  TensorValue& tensor = AsTensor(value);
  if (grad) {
    if (grad->spec().shape != tensor.spec().shape) {
      return autograd_errors::GradShapeMismatch(grad->spec(), tensor.spec());
    }
    if (grad->spec().dtype != tensor.spec().dtype || grad->spec().device != tensor.spec().device) {
      return InvalidArgument("DTYPE_MISMATCH",
                             "assigned grad has data of a different type or on another device");
    }
  }
  if (!grad && HistoryOf(value) == nullptr) return absl::OkStatus();
  EnsureSlot(value)->grad = grad;
  return absl::OkStatus();
}

}  // namespace gradd
