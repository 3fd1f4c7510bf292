// The recorded graph.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"

#include "core/base/ref.h"
#include "core/ops/op.h"
#include "core/tensor/tensor.h"

namespace gradd {

class Node;

// A line of a client's source, "train.cc:42"; shared by everything that it caused.
struct SourceLine final : public StrandCounted {
  explicit SourceLine(std::string line) : text(std::move(line)) {}
  const std::string text;
};

// Where a gradient goes: output `output` of the op that `node` recorded. Null: nowhere.
struct Edge {
  RefPtr<Node> node;
  uint32_t output = 0;
  explicit operator bool() const { return static_cast<bool>(node); }
};

struct GradSlot;

// All slots of a session. A gradient made with create_graph can own, through its history, the very
// node that holds its slot; such cycles are cut when the session ends.
class GradSlots final : public StrandCounted {
 public:
  RefPtr<GradSlot> NewSlot();
  // Empties every slot.
  void Clear();

 private:
  friend struct GradSlot;
  absl::flat_hash_set<GradSlot*> slots_;
};

// A place for a gradient, shared by the tensor that shows it as `.grad` and the node that fills it.
struct GradSlot final : public StrandCounted {
  explicit GradSlot(RefPtr<GradSlots> all) : all_slots(std::move(all)) {
    all_slots->slots_.insert(this);
  }
  ~GradSlot() override { all_slots->slots_.erase(this); }

  Value grad;  // null: None
  const RefPtr<GradSlots> all_slots;
};

// A residual. The version says whether its storage was written since.
struct SavedValue {
  uint32_t position = 0;     // among the inputs, then the outputs
  RefPtr<StorageCell> cell;  // of a tensor
  uint64_t version = 0;
  Value number;  // a plain number instead
};

// How many nodes a session may have, and has. A node of very many inputs counts as several.
class NodeBudget final : public StrandCounted {
 public:
  explicit NodeBudget(int64_t limit) : limit_(limit) {}
  bool Reserve(int64_t count = 1) {
    if (count > limit_ - used_) return false;
    used_ += count;
    return true;
  }
  void Return(int64_t count) { used_ -= count; }
  int64_t used() const { return used_; }
  int64_t limit() const { return limit_; }

 private:
  const int64_t limit_;
  int64_t used_ = 0;
};

// One application of an op, or a leaf (op == null: "AccumulateGrad"). Confined to its session's
// strand. Chains of any length are freed without recursion.
class Node final : public StrandCounted {
 public:
  // REQUIRES: budget->Reserve(count) returned true; the node returns it.
  explicit Node(RefPtr<NodeBudget> budget, int64_t count = 1)
      : budget_(std::move(budget)), nodes_of_budget_(count) {}
  ~Node() override;

  bool is_leaf() const { return op == nullptr; }
  // "SinBackward0"
  std::string name() const;
  // The spec of input or output `position`, as SavedValue counts.
  const TensorSpec& spec_at(uint32_t position) const {
    return (position < inputs.size() ? inputs[position] : outputs[position - inputs.size()])->spec;
  }
  // Lets the residuals go. A node that had any cannot run again.
  void Free() {
    freed = freed || !saved.empty();
    saved.clear();
  }

  const Op* op = nullptr;
  Attributes attributes;
  absl::InlinedVector<SpecRef, 2> inputs;
  absl::InlinedVector<SpecRef, 1> outputs;
  IndexSet needs;                      // the inputs that want gradients
  absl::InlinedVector<Edge, 2> edges;  // one for each input
  absl::InlinedVector<SavedValue, 2> saved;
  bool freed = false;
  uint64_t sequence = 0;      // grows; 0 for leaves
  uint64_t id = 0;            // unique in the session
  RefPtr<SourceLine> source;  // may be null
  RefPtr<GradSlot> slot;      // of a leaf
  // Outputs whose gradient somebody asked to keep (retain_grad).
  absl::InlinedVector<std::pair<uint32_t, RefPtr<GradSlot>>, 1> retained;

  // Scratch of the traversal in progress: which one last came here, and this node's place in it.
  uint64_t visit = 0;
  uint32_t visit_index = 0;

 private:
  const RefPtr<NodeBudget> budget_;
  const int64_t nodes_of_budget_;
};

}  // namespace gradd
