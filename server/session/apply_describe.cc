// What a session tells about its tensors and its graph.
#include <algorithm>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "proto/codec/tensor_spec.h"
#include "server/session/session_state.h"

namespace gradd::server {
namespace {

constexpr uint32_t kMaxNodes = 10'000;

void Describe(const Node& node, v1::GraphNode* message) {
  message->set_id(node.id);
  message->set_name(std::string(node.name()));
  message->set_sequence(node.sequence);
  if (node.source) message->set_source(node.source->text);
  message->set_freed(node.freed);
  for (const Edge& edge : node.edges) {
    v1::GraphEdge* next = message->add_next();
    next->set_node(edge ? edge.node->id : 0);
    next->set_output(edge.output);
  }
}

}  // namespace

absl::Status ApplyDescribeTensor(CommandScope& scope, const v1::DescribeTensorRequest& request) {
  Tape& tape = scope.state.tape;
  GRADD_ASSIGN_OR_RETURN(const Value value, scope.Resolve(request.handle()));
  GRADD_ASSIGN_OR_RETURN(const Edge edge, tape.GradientEdge(value));
  v1::DescribeTensorResponse* response = scope.result->mutable_describe_tensor();
  codec::EncodeTensorSpec(value->spec(), response->mutable_spec());
  response->set_requires_grad(static_cast<bool>(edge));
  response->set_is_leaf(!edge || edge.node->is_leaf());
  response->set_has_grad(static_cast<bool>(tape.Grad(value)));
  response->set_version(AsTensor(value).version());
  if (edge && !edge.node->is_leaf()) {
    response->set_grad_fn(edge.node->id);
    response->set_grad_fn_name(std::string(edge.node->name()));
  }
  return absl::OkStatus();
}

absl::Status ApplyDescribeGraph(CommandScope& scope, const v1::DescribeGraphRequest& request) {
  Tape& tape = scope.state.tape;
  GRADD_ASSIGN_OR_RETURN(const Value value, scope.Resolve(request.tensor()));
  GRADD_ASSIGN_OR_RETURN(const Edge root, tape.GradientEdge(value));
  v1::DescribeGraphResponse* response = scope.result->mutable_describe_graph();
  // A leaf's own node is no grad_fn, but it is what next_functions of others end in.
  if (!root || root.node->is_leaf()) return absl::OkStatus();
  const uint32_t limit =
      request.max_nodes() == 0 ? kMaxNodes : std::min(request.max_nodes(), kMaxNodes);
  const uint64_t visit = tape.NextVisit();
  std::vector<Node*> nodes;
  const auto reach = [&](Node* node) {
    if (node->visit == visit) return;
    node->visit = visit;
    nodes.push_back(node);
  };
  reach(root.node.get());
  bool started = request.node() == 0;
  for (size_t next = 0; next < nodes.size(); ++next) {
    if (!started && nodes[next]->id == request.node()) {
      // The node asked for is reached: what follows is told from there.
      Node* const start = nodes[next];
      const uint64_t again = tape.NextVisit();
      nodes.clear();
      start->visit = again;
      nodes.push_back(start);
      started = true;
      for (size_t i = 0; i < nodes.size() && nodes.size() <= limit; ++i) {
        for (const Edge& edge : nodes[i]->edges) {
          if (!edge || edge.node->visit == again) continue;
          edge.node->visit = again;
          nodes.push_back(edge.node.get());
        }
      }
      break;
    }
    if (started && nodes.size() > limit) break;
    for (const Edge& edge : nodes[next]->edges) {
      if (edge) reach(edge.node.get());
    }
  }
  if (!started) {
    return NotFound("NODE_NOT_FOUND", "the tensor's graph has no node ", request.node());
  }
  response->set_truncated(nodes.size() > limit);
  if (nodes.size() > limit) nodes.resize(limit);
  for (const Node* node : nodes) Describe(*node, response->add_nodes());
  return absl::OkStatus();
}

}  // namespace gradd::server
