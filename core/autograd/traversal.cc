#include "core/autograd/traversal.h"

#include <algorithm>

#include "core/autograd/errors.h"
#include "core/base/status.h"

namespace gradd {
namespace {

// Keeps the nodes from which a target can be reached. `nodes` is sorted, so what a node leads to
// stands behind it.
void KeepPathsTo(const Targets& targets, uint64_t visit, std::vector<Node*>& nodes) {
  std::vector<char> leads(nodes.size(), 0);
  for (size_t i = nodes.size(); i-- > 0;) {
    for (const Edge& edge : nodes[i]->edges) {
      if (!edge) continue;
      const bool visited = !edge.node->is_leaf() && edge.node->visit == visit;
      if (targets.Find(edge) != nullptr || (visited && leads[edge.node->visit_index] != 0)) {
        leads[i] = 1;
      }
    }
  }
  size_t kept = 0;
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (leads[i] != 0)
      nodes[kept++] = nodes[i];
    else
      nodes[i]->visit = 0;
  }
  nodes.resize(kept);
}

void Number(std::vector<Node*>& nodes) {
  for (size_t i = 0; i < nodes.size(); ++i) nodes[i]->visit_index = static_cast<uint32_t>(i);
}

}  // namespace

std::vector<Node*> NodesToRun(absl::Span<const Edge> roots, const Targets* targets,
                              uint64_t visit) {
  std::vector<Node*> nodes;
  const auto reach = [&](const Edge& edge) {
    if (!edge || edge.node->is_leaf() || edge.node->visit == visit) return;
    edge.node->visit = visit;
    nodes.push_back(edge.node.get());
  };
  for (const Edge& root : roots) reach(root);
  for (size_t next = 0; next < nodes.size(); ++next) {
    for (const Edge& edge : nodes[next]->edges) reach(edge);
  }
  const auto later_first = [](const Node* a, const Node* b) { return a->sequence > b->sequence; };
  // A chain comes out in order already.
  if (!std::is_sorted(nodes.begin(), nodes.end(), later_first)) {
    std::sort(nodes.begin(), nodes.end(), later_first);
  }
  Number(nodes);
  if (targets != nullptr) {
    KeepPathsTo(*targets, visit, nodes);
    Number(nodes);
  }
  return nodes;
}

absl::Status CheckResiduals(absl::Span<Node* const> nodes) {
  for (const Node* node : nodes) {
    if (node->freed) return autograd_errors::NodeFreed(*node);
    for (const SavedValue& saved : node->saved) {
      if (saved.cell && saved.cell->version != saved.version) {
        return autograd_errors::ModifiedInPlace(*node, saved);
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace gradd
