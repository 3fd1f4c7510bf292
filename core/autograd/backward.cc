#include "core/autograd/backward.h"

#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"

#include "core/autograd/errors.h"
#include "core/autograd/traversal.h"
#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/cast/to.h"
#include "core/ops/create/full.h"
#include "core/ops/op_table.h"
#include "core/ops/view/clone.h"
#include "core/transforms/batch.h"

namespace gradd {
namespace {

const Op& AddOp() {
  static const Op& op = *FindOp("add");
  return op;
}

// One run of the engine: gradients flow through `in` from the seeds to the targets or to the
// leaves.
class Run {
 public:
  Run(Tape& tape, Interpreter& in, Eager& eager, const Cancellation& cancellation,
      const BackwardOptions& options)
      : tape_(tape),
        g_(in),
        eager_(&in == &eager ? &eager : nullptr),
        cancellation_(cancellation),
        options_(options) {}

  // Nodes to run; null targets: all leaves.
  absl::Status Prepare(const std::vector<Edge>& roots, const Targets* targets) {
    nodes_ = NodesToRun(roots, targets, visit_ = tape_.NextVisit());
    targets_ = targets;
    if (targets != nullptr) captured_.resize(targets->size());
    cotangents_.resize(nodes_.size());
    return CheckResiduals(nodes_);
  }

  // A cotangent for each of the roots.
  absl::Status Execute(const std::vector<Edge>& roots, ValueSpan cotangents) {
    absl::Status status = ExecuteNodes(roots, cotangents);
    if (targets_ != nullptr) RetainAtTargets();
    if (!options_.retain_graph) {
      for (Node* node : nodes_) node->Free();
    }
    return status;
  }

  // The gradient at target i; null: none arrived.
  const std::vector<Value>& captured() const { return captured_; }
  // Leaves that got a gradient, each once, and it. Only without targets.
  const std::vector<std::pair<RefPtr<Node>, Value>>& leaf_gradients() const { return leaves_; }
  // What retain_grad asked for.
  const std::vector<std::pair<RefPtr<GradSlot>, Value>>& retained() const { return retained_; }

 private:
  absl::Status ExecuteNodes(const std::vector<Edge>& roots, ValueSpan cotangents) {
    for (size_t i = 0; i < roots.size(); ++i) Flow(roots[i], cotangents[i]);
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (cancellation_.cancelled()) return autograd_errors::Cancelled();
      // Kept from here on only by this frame, so that memory goes as the pass proceeds.
      Values cotangents = std::move(cotangents_[i]);
      if (cotangents.empty()) continue;
      RunNode(*nodes_[i], cotangents);
      GRADD_RETURN_IF_ERROR(g_.status());
    }
    return g_.status();
  }

  // A node that made a target does not run itself, but what arrives there is the target's gradient.
  void RetainAtTargets() {
    targets_->ForEach([&](const Edge& edge, size_t i) {
      if (!captured_[i] || edge.node->visit == visit_) return;
      for (const auto& [output, slot] : edge.node->retained) {
        if (output == edge.output) retained_.emplace_back(slot, captured_[i]);
      }
    });
  }

  void RunNode(Node& node, Values& cotangents) {
    cotangents.resize(node.outputs.size());
    for (const auto& [output, slot] : node.retained) {
      if (cotangents[output]) retained_.emplace_back(slot, cotangents[output]);
    }
    // A node with several outputs gets zeros for those that nobody used.
    for (size_t k = 0; k < cotangents.size(); ++k) {
      if (!cotangents[k]) cotangents[k] = ops::ZerosLike(g_, node.outputs[k]->spec);
    }
    Values saved(node.inputs.size() + node.outputs.size());
    for (const SavedValue& residual : node.saved) {
      saved[residual.position] = Unpack(node, residual);
    }
    Values gradients(node.inputs.size());
    absl::InlinedVector<const TensorSpec*, 4> specs;
    for (const SpecRef& input : node.inputs) specs.push_back(&input->spec);
    for (const SpecRef& output : node.outputs) specs.push_back(&output->spec);
    const SpecSpan all = specs;
    const Recorded recorded{*node.op, node.attributes, all.first(node.inputs.size()),
                            all.subspan(node.inputs.size()), saved};
    node.op->vjp(g_, recorded, cotangents, node.needs, absl::MakeSpan(gradients));
    if (!g_.ok()) return;
    for (size_t k = 0; k < gradients.size(); ++k) {
      if (node.needs.Contains(k) && gradients[k]) Flow(node.edges[k], std::move(gradients[k]));
    }
    saved.clear();
    if (!options_.retain_graph) node.Free();
  }

  // A residual as a value whose history is that of the input it was, or this node's own output.
  Value Unpack(Node& node, const SavedValue& residual) {
    if (residual.number) return residual.number;
    auto tensor = MakeRef<TensorValue>(node.spec_at(residual.position), residual.cell);
    if (options_.create_graph) {
      const bool is_output = residual.position >= node.inputs.size();
      auto history = MakeRef<History>();
      history->edge = is_output
                          ? Edge{RefPtr<Node>(&node),
                                 static_cast<uint32_t>(residual.position - node.inputs.size())}
                          : node.edges[residual.position];
      tensor->set_annotation(std::move(history));
    }
    return tensor;
  }

  // A gradient arrives at an edge.
  void Flow(const Edge& edge, Value gradient) {
    if (!edge || !gradient) return;
    if (targets_ != nullptr) {
      if (const Targets::Positions* const positions = targets_->Find(edge)) {
        for (const size_t i : *positions) Sum(captured_[i], gradient);
      }
    }
    if (edge.node->is_leaf()) {
      if (targets_ != nullptr) return;
      Sum(LeafGradient(edge.node), std::move(gradient));
    } else if (edge.node->visit == visit_) {
      Values& arrived = cotangents_[edge.node->visit_index];
      if (arrived.size() <= edge.output) arrived.resize(edge.output + 1);
      Sum(arrived[edge.output], std::move(gradient));
    }
  }

  Value& LeafGradient(const RefPtr<Node>& leaf) {
    if (leaf->visit != visit_) {
      leaf->visit = visit_;
      leaf->visit_index = static_cast<uint32_t>(leaves_.size());
      leaves_.emplace_back(leaf, nullptr);
    }
    return leaves_[leaf->visit_index].second;
  }

  void Sum(Value& sum, Value term) {
    if (!sum) {
      sum = std::move(term);
    } else if (eager_ == nullptr) {
      sum = g_.Apply(AddOp(), {sum, term});
    } else if (g_.ok()) {
      absl::StatusOr<Value> added = eager_->Accumulate(std::move(sum), term);
      if (!added.ok()) g_.Fail(added.status());
      sum = added.ok() ? *std::move(added) : nullptr;
    }
  }

  Tape& tape_;
  Builder g_;
  Eager* const eager_;  // null: the pass runs through an interpreter above it
  const Cancellation& cancellation_;
  const BackwardOptions& options_;
  uint64_t visit_ = 0;
  std::vector<Node*> nodes_;
  const Targets* targets_ = nullptr;
  std::vector<Values> cotangents_;  // by visit_index, then output
  std::vector<Value> captured_;
  std::vector<std::pair<RefPtr<Node>, Value>> leaves_;
  std::vector<std::pair<RefPtr<GradSlot>, Value>> retained_;
};

// Puts the session's interpreters into the state that a pass wants, and back.
class PassScope {
 public:
  PassScope(Tape& tape, Eager& eager, bool create_graph)
      : tape_(tape), eager_(eager), mode_(tape.grad_mode()), phase_(eager.phase()) {
    tape_.set_grad_mode(create_graph ? GradMode::kEnabled : GradMode::kDisabled);
    eager_.set_phase(Phase::kBackward);
  }
  ~PassScope() {
    tape_.set_grad_mode(mode_);
    eager_.set_phase(phase_);
  }

 private:
  Tape& tape_;
  Eager& eager_;
  const GradMode mode_;
  const Phase phase_;
};

bool HasCotangent(ValueSpan cotangents, size_t i) {
  return !cotangents.empty() && cotangents[i] != nullptr;
}

// The cotangents are as PyTorch wants them. `batch_size` is set to that of a batched pass.
absl::Status CheckCotangents(ValueSpan roots, ValueSpan cotangents, bool batched,
                             int64_t* batch_size) {
  if (!cotangents.empty() && cotangents.size() != roots.size()) {
    return autograd_errors::CotangentCount(roots.size(), cotangents.size());
  }
  for (size_t i = 0; i < roots.size(); ++i) {
    const TensorSpec& root = roots[i]->spec();
    if (!HasCotangent(cotangents, i)) {
      if (batched) return autograd_errors::BatchedCotangentMissing(i);
      if (root.element_count() != 1) return autograd_errors::NotScalar();
      continue;
    }
    const TensorSpec& spec = cotangents[i]->spec();
    DimsView shape = spec.shape;
    if (batched) {
      if (shape.empty()) return autograd_errors::CotangentShape(i, spec, root);
      if (i > 0 && shape[0] != *batch_size) return autograd_errors::BatchSizes();
      *batch_size = shape[0];
      shape.remove_prefix(1);
    }
    if (shape != DimsView(root.shape)) return autograd_errors::CotangentShape(i, spec, root);
    if (!spec.weak && spec.device != root.device) {
      return autograd_errors::CotangentDevice(i, spec, root);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Edge>> RootEdges(Tape& tape, ValueSpan roots) {
  std::vector<Edge> edges;
  for (size_t i = 0; i < roots.size(); ++i) {
    GRADD_ASSIGN_OR_RETURN(Edge edge, tape.GradientEdge(roots[i]));
    if (!edge) return autograd_errors::NoGradient(i);
    edges.push_back(std::move(edge));
  }
  return edges;
}

// What goes in at the roots: the cotangents in the roots' dtypes, 1 where there is none.
absl::StatusOr<Values> MakeSeeds(Interpreter& in, ValueSpan roots, ValueSpan cotangents) {
  Builder g(in);
  Values seeds;
  for (size_t i = 0; i < roots.size(); ++i) {
    const TensorSpec& root = roots[i]->spec();
    seeds.push_back(HasCotangent(cotangents, i)
                        ? ops::Cast(g, cotangents[i], root.dtype)
                        : ops::Full(g, root.shape, 1, root.dtype, root.device));
  }
  GRADD_RETURN_IF_ERROR(g.status());
  return seeds;
}

// A gradient as a tensor of its own that nobody else writes: `.grad` is one.
Value Own(Builder& g, const Value& gradient) {
  const TensorValue& tensor = AsTensor(gradient);
  if (!tensor.FillsItsBuffer()) return ops::Clone(g, gradient);
  // Sharing the buffer is enough: whoever writes first copies.
  return MakeRef<TensorValue>(
      TensorSpec::Contiguous(tensor.spec().dtype, tensor.spec().shape, tensor.spec().device),
      MakeRef<StorageCell>(tensor.cell().buffer));
}

// The error of a pass that had begun.
absl::Status Halfway(const absl::Status& status, const BackwardOptions& options) {
  if (status.ok() || options.retain_graph) return status;
  return WithNote(status,
                  " [no gradient was changed; the graph counts as freed, because retain_graph was "
                  "not set]");
}

// What goes into one `.grad`.
struct Arrival {
  RefPtr<GradSlot> slot;
  Value gradient;
  // A leaf's `.grad` stays the tensor that it is; retain_grad's is a new one each time.
  bool in_place;
};

// Adds every arrival to its slot, or none.
absl::Status Commit(Interpreter& in, Eager& eager, const std::vector<Arrival>& arrivals,
                    bool create_graph) {
  Builder g(in);
  struct Change {
    RefPtr<GradSlot> slot;
    Value grad;
    bool in_place;  // the tensor that `.grad` already is gets the contents
  };
  std::vector<Change> changes;
  for (const Arrival& arrival : arrivals) {
    const Value& old = arrival.slot->grad;
    if (old) {
      const bool in_place = arrival.in_place && !create_graph && AsTensor(old).FillsItsBuffer();
      changes.push_back({arrival.slot, g.Apply(AddOp(), {old, arrival.gradient}), in_place});
    } else {
      // With create_graph a copy that is part of the graph: others may hold the gradient itself.
      changes.push_back({arrival.slot,
                         create_graph ? ops::Clone(g, arrival.gradient) : Own(g, arrival.gradient),
                         false});
    }
    GRADD_RETURN_IF_ERROR(g.status());
  }
  for (Change& change : changes) {
    if (change.in_place) {
      // Both fill their buffers, so this shares one and cannot fail.
      GRADD_RETURN_IF_ERROR(eager.Assign(change.slot->grad, change.grad));
    } else {
      change.slot->grad = std::move(change.grad);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Edge>> EdgesOf(Tape& tape, ValueSpan inputs) {
  std::vector<Edge> edges;
  for (const Value& input : inputs) {
    GRADD_ASSIGN_OR_RETURN(Edge edge, tape.GradientEdge(input));
    if (!edge) return autograd_errors::InputDoesNotRequireGrad();
    edges.push_back(std::move(edge));
  }
  return edges;
}

// What grad() returns: what arrived at the inputs, and what the options say where nothing did.
absl::StatusOr<Values> Results(Interpreter& in, ValueSpan inputs,
                               const std::vector<Value>& captured, const GradOptions& options) {
  Values results(captured.begin(), captured.end());
  Builder g(in);
  for (size_t i = 0; i < results.size(); ++i) {
    if (results[i]) continue;
    if (options.materialize_grads) {
      results[i] = ops::ZerosLike(g, inputs[i]->spec());
    } else if (!options.allow_unused) {
      return autograd_errors::InputUnused();
    }
  }
  GRADD_RETURN_IF_ERROR(g.status());
  return results;
}

}  // namespace

absl::Status BackwardPass::Backward(ValueSpan roots, ValueSpan cotangents, ValueSpan inputs,
                                    const BackwardOptions& options) {
  const PassScope scope(tape_, eager_, options.create_graph);
  Interpreter& in = options.create_graph ? static_cast<Interpreter&>(tape_) : eager_;
  GRADD_ASSIGN_OR_RETURN(const std::vector<Edge> edges, RootEdges(tape_, roots));
  GRADD_RETURN_IF_ERROR(CheckCotangents(roots, cotangents, false, nullptr));
  GRADD_ASSIGN_OR_RETURN(const std::vector<Edge> target_edges, EdgesOf(tape_, inputs));
  const Targets targets(target_edges);
  Run run(tape_, in, eager_, cancellation_, options);
  GRADD_RETURN_IF_ERROR(run.Prepare(edges, inputs.empty() ? nullptr : &targets));
  GRADD_ASSIGN_OR_RETURN(const Values seeds, MakeSeeds(in, roots, cotangents));
  absl::Status status = run.Execute(edges, seeds);
  if (!status.ok()) return Halfway(status, options);

  std::vector<Arrival> arrivals;
  for (const auto& [leaf, gradient] : run.leaf_gradients()) {
    arrivals.push_back({leaf->slot, gradient, true});
  }
  absl::flat_hash_set<const GradSlot*> filled;
  for (const auto& [slot, gradient] : run.retained()) {
    arrivals.push_back({slot, gradient, false});
    filled.insert(slot.get());
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Value& gradient = run.captured()[i];
    if (!gradient) continue;
    RefPtr<GradSlot> slot = tape_.EnsureSlot(inputs[i]);
    // Named twice, or named and retained: once is enough.
    if (!filled.insert(slot.get()).second) continue;
    arrivals.push_back({std::move(slot), gradient, target_edges[i].node->is_leaf()});
  }
  return Halfway(Commit(in, eager_, arrivals, options.create_graph), options);
}

absl::StatusOr<Values> BackwardPass::Grad(ValueSpan roots, ValueSpan cotangents, ValueSpan inputs,
                                          const GradOptions& options) {
  const PassScope scope(tape_, eager_, options.create_graph);
  Interpreter& bottom = options.create_graph ? static_cast<Interpreter&>(tape_) : eager_;
  int64_t batch_size = 0;
  GRADD_ASSIGN_OR_RETURN(const std::vector<Edge> edges, RootEdges(tape_, roots));
  GRADD_RETURN_IF_ERROR(CheckCotangents(roots, cotangents, options.batched, &batch_size));
  GRADD_ASSIGN_OR_RETURN(const std::vector<Edge> target_edges, EdgesOf(tape_, inputs));
  const Targets targets(target_edges);
  Batch batch(bottom, batch_size);
  Interpreter& in = options.batched ? static_cast<Interpreter&>(batch) : bottom;
  Run run(tape_, in, eager_, cancellation_, options);
  GRADD_RETURN_IF_ERROR(run.Prepare(edges, &targets));
  GRADD_ASSIGN_OR_RETURN(Values seeds, MakeSeeds(bottom, roots, cotangents));
  if (options.batched) {
    for (Value& seed : seeds) {
      GRADD_ASSIGN_OR_RETURN(seed, batch.Wrap(seed, 0));
    }
  }
  absl::Status status = run.Execute(edges, seeds);
  if (!status.ok()) return Halfway(status, options);
  GRADD_ASSIGN_OR_RETURN(const Values results, Results(in, inputs, run.captured(), options));
  if (options.batched) {
    Values unwrapped;
    for (const Value& result : results) {
      if (!result) {
        unwrapped.emplace_back();
        continue;
      }
      GRADD_ASSIGN_OR_RETURN(Value whole, batch.Unwrap(result, 0));
      unwrapped.push_back(std::move(whole));
    }
    return unwrapped;
  }
  std::vector<Arrival> arrivals;
  for (const auto& [slot, gradient] : run.retained()) arrivals.push_back({slot, gradient, false});
  status = Commit(bottom, eager_, arrivals, options.create_graph);
  if (!status.ok()) return Halfway(status, options);
  return results;
}

}  // namespace gradd
