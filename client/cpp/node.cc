#include "client/cpp/node.h"

#include <utility>

#include "client/cpp/described.h"
#include "client/cpp/failure.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace {

const v1::GraphNode& Resolve(const std::shared_ptr<const DescribedGraph>& graph, uint64_t id,
                             SourceLine source) {
  if (id == 0) {
    Throw(FailedPrecondition("NO_NODE", "there is no node: the tensor has no grad_fn"), "grad_fn",
          source);
  }
  return DescribeNode(*graph, id, source);
}

}  // namespace

std::string Node::name(SourceLine source) const { return Resolve(graph_, id_, source).name(); }

std::vector<Node::Edge> Node::next_functions(SourceLine source) const {
  std::vector<Edge> edges;
  for (const v1::GraphEdge& edge : Resolve(graph_, id_, source).next()) {
    edges.push_back({Node(graph_, edge.node()), edge.output()});
  }
  return edges;
}

uint64_t Node::sequence(SourceLine source) const { return Resolve(graph_, id_, source).sequence(); }

std::string Node::source_line(SourceLine source) const {
  return Resolve(graph_, id_, source).source();
}

}  // namespace client
}  // namespace gradd
