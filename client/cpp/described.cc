#include "client/cpp/described.h"

#include <utility>

#include "client/cpp/call.h"
#include "client/cpp/failure.h"
#include "core/base/status.h"
#include "proto/codec/tensor_spec.h"

namespace gradd {
inline namespace client {
namespace {

// What the cache has, or else what `ask` finds out, without the lock. Of threads that ask at once
// the first fills the cache, and all return what it found.
template <class T, class Ask>
T Remember(RemoteValue& value, std::optional<T> Described::*member, Ask ask) {
  RemoteSession& session = value.session();
  const uint64_t generation = session.graph_generation();
  {
    MutexLock lock(session.described_mutex());
    const std::shared_ptr<Described>& known = value.described();
    if (known && known->generation == generation && (known.get()->*member).has_value()) {
      return *(known.get()->*member);
    }
  }
  T answer = ask();
  std::shared_ptr<Described> outdated;  // holds tensors; ends after the lock
  MutexLock lock(session.described_mutex());
  std::shared_ptr<Described>& known = value.described();
  if (!known || known->generation < generation) {
    outdated = std::exchange(known, std::make_shared<Described>());
    known->generation = generation;
  }
  if (known->generation > generation) return answer;
  std::optional<T>& slot = known.get()->*member;
  if (!slot.has_value()) slot = answer;
  return *slot;
}

v1::DescribeGraphResponse AskForGraph(RemoteValue& value, uint64_t node, SourceLine source) {
  v1::Command command;
  v1::DescribeGraphRequest& request = *command.mutable_describe_graph();
  request.set_tensor(value.handle());
  request.set_node(node);
  RemoteSession& session = value.session();
  v1::Result result = Ask(session, session.lane(), command, "grad_fn", source);
  return std::move(*result.mutable_describe_graph());
}

}  // namespace

KnownNodes::KnownNodes(v1::DescribeGraphResponse response)
    : root_(response.nodes_size() > 0 ? response.nodes(0).id() : 0) {
  Add(std::move(response));
}

const v1::GraphNode* KnownNodes::Find(uint64_t id) const {
  MutexLock lock(mutex_);
  const auto found = nodes_.find(id);
  return found == nodes_.end() ? nullptr : found->second.get();
}

void KnownNodes::Add(v1::DescribeGraphResponse response) {
  MutexLock lock(mutex_);
  for (v1::GraphNode& node : *response.mutable_nodes()) {
    std::unique_ptr<const v1::GraphNode>& slot = nodes_[node.id()];
    if (slot == nullptr) slot = std::make_unique<const v1::GraphNode>(std::move(node));
  }
}

v1::DescribeTensorResponse DescribeTensor(RemoteValue& value, SourceLine source) {
  return Remember(value, &Described::tensor, [&] {
    v1::Command command;
    command.mutable_describe_tensor()->set_handle(value.handle());
    RemoteSession& session = value.session();
    v1::Result result = Ask(session, session.lane(), command, "describe", source);
    return std::move(*result.mutable_describe_tensor());
  });
}

Value DescribeGrad(RemoteValue& value, SourceLine source) {
  return Remember(value, &Described::grad, [&] {
    RemoteSession& session = value.session();
    Lane& lane = session.lane();
    v1::Command command;
    v1::GetGradRequest& request = *command.mutable_get_grad();
    request.set_tensor(value.handle());
    request.set_handle(session.NewHandles(lane, 1));
    request.set_source_id(session.IdOf(lane, source));
    const uint64_t handle = request.handle();
    const v1::Result result = Ask(session, lane, command, "grad", source);
    const v1::GetGradResponse& response = result.get_grad();
    if (!response.defined()) return Value();
    absl::StatusOr<TensorSpec> spec = codec::DecodeTensorSpec(response.spec(), session.device());
    ThrowIfError(spec.status(), "grad", source);
    return Value(MakeRef<RemoteValue>(value.session_ref(), handle, *std::move(spec),
                                      response.requires_grad() ? Tracking::kYes : Tracking::kNo));
  });
}

std::shared_ptr<const DescribedGraph> DescribeGraph(RemoteValue& value, SourceLine source) {
  auto graph = std::make_shared<DescribedGraph>();
  graph->tensor = RefPtr<RemoteValue>(&value);
  graph->nodes = Remember(value, &Described::nodes, [&] {
    return std::make_shared<KnownNodes>(AskForGraph(value, 0, source));
  });
  return graph;
}

const v1::GraphNode& DescribeNode(const DescribedGraph& graph, uint64_t id, SourceLine source) {
  if (const v1::GraphNode* const node = graph.nodes->Find(id); node != nullptr) return *node;
  graph.nodes->Add(AskForGraph(*graph.tensor, id, source));
  const v1::GraphNode* const node = graph.nodes->Find(id);
  if (node == nullptr) {
    Throw(NotFound("NODE_NOT_FOUND", "the server did not describe the node"), "grad_fn", source);
  }
  return *node;
}

bool RequiresGrad(RemoteValue& value, SourceLine source) {
  const Tracking tracking = value.tracking();
  if (tracking != Tracking::kUnknown) return tracking == Tracking::kYes;
  const v1::DescribeTensorResponse known = DescribeTensor(value, source);
  value.SetTracking(known.requires_grad() ? Tracking::kYes : Tracking::kNo, known.is_leaf());
  return known.requires_grad();
}

}  // namespace client
}  // namespace gradd
