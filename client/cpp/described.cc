#include "client/cpp/described.h"

#include <utility>

#include "client/cpp/call.h"

namespace gradd {
inline namespace client {
namespace {

std::shared_ptr<const DescribedGraph> AskForGraph(RefPtr<RemoteSession> session,
                                                  v1::Command& command, SourceLine source) {
  auto graph = std::make_shared<DescribedGraph>();
  v1::Result result = Ask(*session, session->lane(), command, "grad_fn", source);
  graph->session = std::move(session);
  for (v1::GraphNode& node : *result.mutable_describe_graph()->mutable_nodes()) {
    if (graph->root == 0) graph->root = node.id();
    const uint64_t id = node.id();
    graph->nodes.emplace(id, std::move(node));
  }
  return graph;
}

}  // namespace

Described& DescribedNow(RemoteValue& value) {
  std::shared_ptr<Described>& described = value.described();
  const uint64_t generation = value.session().graph_generation();
  if (!described || described->generation != generation) {
    described = std::make_shared<Described>();
    described->generation = generation;
  }
  return *described;
}

const v1::DescribeTensorResponse& DescribeTensor(RemoteValue& value, SourceLine source) {
  Described& described = DescribedNow(value);
  if (!described.tensor.has_value()) {
    v1::Command command;
    command.mutable_describe_tensor()->set_handle(value.handle());
    RemoteSession& session = value.session();
    v1::Result result = Ask(session, session.lane(), command, "describe", source);
    described.tensor = std::move(*result.mutable_describe_tensor());
  }
  return *described.tensor;
}

std::shared_ptr<const DescribedGraph> DescribeGraphOf(RemoteValue& value, SourceLine source) {
  Described& described = DescribedNow(value);
  if (!described.graph) {
    v1::Command command;
    command.mutable_describe_graph()->set_tensor(value.handle());
    described.graph = AskForGraph(value.session_ref(), command, source);
  }
  return described.graph;
}

std::shared_ptr<const DescribedGraph> DescribeGraphFrom(RefPtr<RemoteSession> session,
                                                        uint64_t node, SourceLine source) {
  v1::Command command;
  command.mutable_describe_graph()->set_node(node);
  return AskForGraph(std::move(session), command, source);
}

bool RequiresGrad(RemoteValue& value, SourceLine source) {
  if (value.tracking() == Tracking::kUnknown) {
    const v1::DescribeTensorResponse& known = DescribeTensor(value, source);
    value.SetTracking(known.requires_grad() ? Tracking::kYes : Tracking::kNo, known.is_leaf());
  }
  return value.tracking() == Tracking::kYes;
}

}  // namespace client
}  // namespace gradd
