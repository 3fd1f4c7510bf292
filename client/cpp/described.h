// What the server told of a tensor, kept until something may have changed it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/container/flat_hash_map.h"

#include "client/cpp/remote_value.h"
#include "client/cpp/source_line.h"
#include "gradd/v1/command.pb.h"

namespace gradd {
inline namespace client {

// Nodes that one DescribeGraph brought.
struct DescribedGraph {
  RefPtr<RemoteSession> session;
  uint64_t root = 0;  // 0: there is no graph
  absl::flat_hash_map<uint64_t, v1::GraphNode> nodes;
};

struct Described {
  uint64_t generation = 0;  // RemoteSession::graph_generation() when it was asked
  std::optional<v1::DescribeTensorResponse> tensor;
  std::shared_ptr<const DescribedGraph> graph;
  // .grad, if it was asked for: a value, or null for None.
  std::optional<Value> grad;
};

// The tensor's cache, emptied if it is out of date.
Described& DescribedNow(RemoteValue& value);

const v1::DescribeTensorResponse& DescribeTensor(RemoteValue& value, SourceLine source);
std::shared_ptr<const DescribedGraph> DescribeGraphOf(RemoteValue& value, SourceLine source);
// The part of the graph that begins with a node.
std::shared_ptr<const DescribedGraph> DescribeGraphFrom(RefPtr<RemoteSession> session,
                                                        uint64_t node, SourceLine source);

// Whether the tensor requires grad, asking the server if that is the only way to know.
bool RequiresGrad(RemoteValue& value, SourceLine source);

}  // namespace client
}  // namespace gradd
