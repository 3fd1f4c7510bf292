#include "core/autograd/tape.h"

#include "core/autograd/errors.h"
#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/cast/to.h"
#include "core/ops/view/as_strided.h"
#include "core/ops/view/copy.h"
#include "core/ops/view/strided_accumulate.h"
#include "core/ops/view/strided_scatter.h"

namespace gradd {
namespace {

// As many inputs take about the memory of a node.
constexpr size_t kInputsOfNode = 8;

bool IsTensor(const Value& value) { return value->kind() == ValueBase::Kind::kBottom; }

SpecRef Share(TensorSpec spec) { return MakeRef<SharedSpec>(std::move(spec)); }

// The output's spec, which is an input's where they are equal.
const SpecRef& ShareOutputSpec(const Node& node, TensorValue& output) {
  for (const SpecRef& input : node.inputs) {
    if (input->spec != output.spec()) continue;
    output.set_shared_spec(input);
    break;
  }
  return output.shared_spec();
}

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

SpecRef Tape::SharedSpecOf(const Value& value) {
  if (IsTensor(value)) return AsTensor(value).shared_spec();
  SpecRef& shared = number_specs_[static_cast<size_t>(value->spec().dtype)];
  if (!shared) shared = Share(value->spec());
  return shared;
}

absl::StatusOr<RefPtr<Node>> Tape::NewNode(const Op& op, const Attributes& attributes,
                                           size_t inputs) {
  const int64_t count = 1 + static_cast<int64_t>(inputs / kInputsOfNode);
  if (!nodes_->Reserve(count)) return autograd_errors::NodeLimit(nodes_->limit());
  auto node = MakeRef<Node>(nodes_, count);
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
      GRADD_ASSIGN_OR_RETURN(const Ground ground, GroundOf(base->spec(), *base_edge));
      GRADD_ASSIGN_OR_RETURN(edge, Cut(ground, tensor.spec()));
    }
    if (own.slot && own.edge && edge) MoveRetained(own.edge, edge, own.slot);
    own.edge = std::move(edge);
    own.generation = generation;
    return &own.edge;
  }
  return history == nullptr ? kNone : &history->edge;
}

absl::StatusOr<Tape::Ground> Tape::GroundOf(const TensorSpec& base, const Edge& edge) {
  Ground ground{edge, TensorSpec::Contiguous(base.dtype, base.shape, base.device), base.offset};
  if (base.IsContiguous()) return ground;
  const int64_t extent = StorageExtent(base) - base.offset;
  ground.spec = TensorSpec::Contiguous(base.dtype, {extent}, base.device);
  if (!edge) return ground;
  GRADD_ASSIGN_OR_RETURN(RefPtr<Node> node, NewNode(ops::StridedAccumulateOp(),
                                                    {Dims{extent}, base.strides, int64_t{0}}));
  node->inputs.push_back(Share(TensorSpec::Contiguous(base.dtype, base.shape, base.device)));
  node->outputs.push_back(Share(ground.spec));
  node->needs.Add(0);
  node->edges.push_back(edge);
  ground.edge = {std::move(node), 0};
  return ground;
}

absl::StatusOr<Edge> Tape::Cut(const Ground& ground, const TensorSpec& view) {
  GRADD_ASSIGN_OR_RETURN(
      RefPtr<Node> node,
      NewNode(ops::AsStridedOp(), {view.shape, view.strides, view.offset - ground.offset}));
  node->inputs.push_back(Share(ground.spec));
  node->outputs.push_back(Share(view));
  node->needs.Add(0);
  node->edges.push_back(ground.edge);
  return Edge{std::move(node), 0};
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
  GRADD_ASSIGN_OR_RETURN(RefPtr<Node> node, NewNode(op, attributes, inputs.size()));
  node->needs = needs;
  for (const Edge* edge : edges) node->edges.push_back(*edge);
  for (const Value& input : inputs) node->inputs.push_back(SharedSpecOf(input));
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
    const TensorValue& tensor = AsTensor(value);
    if (tensor.cell().made_in_inference) return autograd_errors::InferenceTensorSaved();
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
    if (op.expand != nullptr && op.vjp == nullptr) {
      bool requires_grad = false;
      for (const Value& input : inputs) {
        GRADD_ASSIGN_OR_RETURN(const Edge* const edge, FindEdge(input));
        requires_grad = requires_grad || *edge;
      }
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
    MarkUnrecorded(op, inputs, *outputs);
    return outputs;
  }
  GRADD_RETURN_IF_ERROR(Save(*node, inputs, *outputs));
  for (uint32_t i = 0; i < outputs->size(); ++i) {
    TensorValue& output = AsTensor((*outputs)[i]);
    node->outputs.push_back(ShareOutputSpec(*node, output));
    if (!IsFloating(output.spec().dtype)) continue;
    EnsureHistory(output).edge = {node, i};
  }
  if (op.is_view) MarkView(inputs[0], AsTensor((*outputs)[0]));
  return outputs;
}

void Tape::MarkUnrecorded(const Op& op, ValueSpan inputs, Values& outputs) {
  if (op.is_view) return MarkView(inputs[0], AsTensor(outputs[0]));
  if (mode_ != GradMode::kInference) return;
  for (Value& output : outputs) AsTensor(output).cell().made_in_inference = true;
}

void Tape::MarkView(const Value& input, TensorValue& view) {
  const RefPtr<TensorValue>& base = view.base();
  if (!base) return;
  const History* const parent = HistoryOf(input);
  const auto* const base_history = static_cast<const History*>(base->annotation());
  const uint64_t generation = base_history == nullptr ? 0 : base_history->generation;
  Creation creation = parent == nullptr ? Creation::kNormal : parent->creation;
  if (mode_ == GradMode::kDisabled) creation = Creation::kViewInNoGrad;
  if (mode_ == GradMode::kInference) creation = Creation::kViewInInference;
  if (view.annotation() == nullptr && generation == 0 && creation == Creation::kNormal) return;
  History& history = EnsureHistory(view);
  // What its edge is now stays so until the base is written again.
  history.generation = generation;
  history.creation = creation;
}

absl::Status Tape::CheckInPlace(const Value& target, const Value& source) {
  if (AsTensor(target).cell().made_in_inference && mode_ != GradMode::kInference) {
    return autograd_errors::InferenceTensorInPlace();
  }
  if (mode_ != GradMode::kEnabled) return absl::OkStatus();
  GRADD_ASSIGN_OR_RETURN(const Edge edge, GradientEdge(target));
  GRADD_ASSIGN_OR_RETURN(const Edge source_edge, GradientEdge(source));
  const RefPtr<TensorValue>& base = AsTensor(target).base();
  if (!base)
    return edge && edge.node->is_leaf() ? autograd_errors::LeafInPlace() : absl::OkStatus();
  // In PyTorch a view made without grad requires grad all the same when its base does.
  GRADD_ASSIGN_OR_RETURN(const Edge base_edge, GradientEdge(base));
  if (!edge && !source_edge && !base_edge) return absl::OkStatus();
  const History* const history = HistoryOf(target);
  const Creation creation = history == nullptr ? Creation::kNormal : history->creation;
  if (creation == Creation::kViewInNoGrad) return autograd_errors::NoGradViewInPlace();
  if (creation == Creation::kViewInInference) return autograd_errors::InferenceViewInPlace();
  if (base_edge && base_edge.node->is_leaf()) return autograd_errors::ViewOfLeafInPlace();
  return absl::OkStatus();
}

absl::Status Tape::Assign(const Value& target_value, const Value& source_value) {
  GRADD_RETURN_IF_ERROR(CheckInPlace(target_value, source_value));
  TensorValue& target = AsTensor(target_value);
  if (mode_ != GradMode::kEnabled) return below_.Assign(target_value, source_value);

  GRADD_ASSIGN_OR_RETURN(const Edge source_edge, GradientEdge(source_value));
  const RefPtr<TensorValue> base = target.base();
  const Value owner = base ? Value(base) : target_value;
  GRADD_ASSIGN_OR_RETURN(const Edge old_edge, GradientEdge(owner));
  Node* const recorded =
      source_edge && !source_edge.node->is_leaf() ? source_edge.node.get() : nullptr;
  // What the in-place op itself saved of its target is the value from before the write: it keeps
  // that buffer, and the write goes to another. A cast may stand between the op and the write.
  uint64_t sequence = last_sequence_;
  for (Node* node = recorded; node != nullptr && node->sequence == sequence; --sequence) {
    for (SavedValue& saved : node->saved) {
      if (saved.position < node->inputs.size() && saved.cell == target.shared_cell()) {
        saved.cell = MakeRef<StorageCell>(saved.cell->buffer);
        saved.version = 0;
      }
    }
    node = node->op == &ops::ToOp() ? node->edges[0].node.get() : nullptr;
  }
  // Everything that can fail comes before the first change.
  Edge new_edge = source_edge;
  if (base && (source_edge || old_edge)) {
    GRADD_ASSIGN_OR_RETURN(new_edge, Overwritten(*base, old_edge, target.spec(), source_edge));
  } else if (!base && !source_edge && old_edge) {
    // As in PyTorch the tensor goes on requiring grad, and what it was gets zeros.
    GRADD_ASSIGN_OR_RETURN(RefPtr<Node> node, NewNode(ops::CopyOp(), {}));
    node->inputs.assign(2, target.shared_spec());
    node->outputs.push_back(target.shared_spec());
    node->edges = {old_edge, Edge{}};
    node->needs.Add(0);
    new_edge = {std::move(node), 0};
  }
  GRADD_RETURN_IF_ERROR(below_.Assign(target_value, source_value));

  if (!new_edge) return absl::OkStatus();
  History& history = EnsureHistory(AsTensor(owner));
  if (history.slot && history.edge) MoveRetained(history.edge, new_edge, history.slot);
  history.edge = new_edge;
  ++history.generation;
  if (!base && recorded != nullptr && target.FillsItsBuffer()) {
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

absl::StatusOr<Edge> Tape::Overwritten(const TensorValue& base, const Edge& base_edge,
                                       const TensorSpec& part, const Edge& source_edge) {
  GRADD_ASSIGN_OR_RETURN(Ground ground, GroundOf(base.spec(), base_edge));
  GRADD_ASSIGN_OR_RETURN(RefPtr<Node> node, NewNode(ops::StridedScatterOp(),
                                                    {part.strides, part.offset - ground.offset}));
  node->inputs.push_back(Share(ground.spec));
  node->inputs.push_back(Share(TensorSpec::Contiguous(part.dtype, part.shape, part.device)));
  node->outputs.push_back(node->inputs[0]);
  node->edges = {ground.edge, source_edge};
  if (ground.edge) node->needs.Add(0);
  if (source_edge) node->needs.Add(1);
  ground.edge = {std::move(node), 0};
  if (base.spec().IsContiguous()) return ground.edge;
  return Cut(ground, base.spec());
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
  leaf->outputs.push_back(tensor.shared_spec());
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

absl::Status Tape::FillGrad(const Value& value, const Value& contents) {
  const Value grad = Grad(value);
  if (History* const history = HistoryOf(grad)) history->edge = {};
  return below_.Assign(grad, contents);
}

}  // namespace gradd
