// Which nodes a backward pass runs, and in which order.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/types/span.h"

#include "core/autograd/node.h"

namespace gradd {

// The edges that a pass differentiates by. The same one may be there several times.
class Targets {
 public:
  using Positions = absl::InlinedVector<size_t, 1>;

  // `edges` outlive this.
  explicit Targets(absl::Span<const Edge> edges) : edges_(edges) {
    for (size_t i = 0; i < edges.size(); ++i) positions_[KeyOf(edges[i])].push_back(i);
  }
  size_t size() const { return edges_.size(); }
  // Where `edge` is among the targets; null: nowhere.
  const Positions* Find(const Edge& edge) const {
    const auto found = positions_.find(KeyOf(edge));
    return found == positions_.end() ? nullptr : &found->second;
  }
  // Each of them once, with its first position.
  template <class Visit>
  void ForEach(const Visit& visit) const {
    for (size_t i = 0; i < edges_.size(); ++i) {
      if (Find(edges_[i])->front() == i) visit(edges_[i], i);
    }
  }

 private:
  using Key = std::pair<const Node*, uint32_t>;
  static Key KeyOf(const Edge& edge) { return {edge.node.get(), edge.output}; }

  const absl::Span<const Edge> edges_;
  absl::flat_hash_map<Key, Positions> positions_;
};

// The op nodes reachable from `roots`, in descending order of sequence, each with its place in the
// list in Node::visit_index. When `targets` is not null, only nodes on a path to one of them.
// Linear and without recursion.
std::vector<Node*> NodesToRun(absl::Span<const Edge> roots, const Targets* targets, uint64_t visit);

// Whether each node still has its residuals as they were saved.
absl::Status CheckResiduals(absl::Span<Node* const> nodes);

}  // namespace gradd
