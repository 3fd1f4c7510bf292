#include "core/autograd/node.h"

#include "absl/strings/str_cat.h"

namespace gradd {
namespace {

// Nodes whose last owner was a node that is being freed, on this thread. Null when none is.
thread_local std::vector<RefPtr<Node>>* pending_nodes = nullptr;

}  // namespace

RefPtr<GradSlot> GradSlots::NewSlot() { return MakeRef<GradSlot>(RefPtr<GradSlots>(this)); }

void GradSlots::Clear() {
  std::vector<Value> grads;  // let go only when no slot refers to them any more
  for (GradSlot* slot : slots_) grads.push_back(std::move(slot->grad));
}

std::string Node::name() const {
  if (is_leaf()) return "AccumulateGrad";
  if (op->node_overload == nullptr) return op->node_name;
  absl::InlinedVector<const TensorSpec*, 4> specs;
  for (const SpecRef& input : inputs) specs.push_back(&input->spec);
  const absl::string_view name = op->node_name;
  return absl::StrCat(name.substr(0, name.size() - 1),
                      op->node_overload(SpecSpan(specs), attributes));
}

Node::~Node() {
  budget_->Return(nodes_of_budget_);
  if (pending_nodes != nullptr) {
    for (Edge& edge : edges) {
      if (edge) pending_nodes->push_back(std::move(edge.node));
    }
    return;
  }
  std::vector<RefPtr<Node>> pending;
  pending_nodes = &pending;
  for (Edge& edge : edges) {
    if (edge) pending.push_back(std::move(edge.node));
  }
  // Gradients can hold graphs of their own; they go while the list is there to catch their nodes.
  slot = nullptr;
  retained.clear();
  while (!pending.empty()) {
    const RefPtr<Node> node = std::move(pending.back());
    pending.pop_back();
  }
  pending_nodes = nullptr;
}

}  // namespace gradd
