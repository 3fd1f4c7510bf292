// What the server told of a tensor, kept until something may have changed it. Thread-safe: looking
// at a tensor does not change it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/container/flat_hash_map.h"

#include "client/cpp/remote_value.h"
#include "client/cpp/source_line.h"
#include "core/base/mutex.h"
#include "gradd/v1/command.pb.h"

namespace gradd {
inline namespace client {

// The nodes of one tensor's graph, as far as the server was asked for them.
class KnownNodes {
 public:
  explicit KnownNodes(v1::DescribeGraphResponse response);
  // The node that the tensor came from; 0: there is no graph.
  uint64_t root() const { return root_; }
  // Null: not known. Stays as long as the nodes do.
  const v1::GraphNode* Find(uint64_t id) const;
  // Keeps what is known already.
  void Add(v1::DescribeGraphResponse response);

 private:
  const uint64_t root_;
  mutable Mutex mutex_;
  absl::flat_hash_map<uint64_t, std::unique_ptr<const v1::GraphNode>> nodes_
      ABSL_GUARDED_BY(mutex_);
};

// A tensor's graph. Apart from its nodes, because the tensor's own cache keeps those, and the
// server finds further ones only from the tensor.
struct DescribedGraph {
  RefPtr<RemoteValue> tensor;
  std::shared_ptr<KnownNodes> nodes;
};

// A tensor's cache, guarded by RemoteSession::described_mutex().
struct Described {
  uint64_t generation = 0;  // RemoteSession::graph_generation() when it was asked
  std::optional<v1::DescribeTensorResponse> tensor;
  std::optional<std::shared_ptr<KnownNodes>> nodes;
  // .grad: a value, or null for None.
  std::optional<Value> grad;
};

v1::DescribeTensorResponse DescribeTensor(RemoteValue& value, SourceLine source);
// .grad, null for None.
Value DescribeGrad(RemoteValue& value, SourceLine source);
std::shared_ptr<const DescribedGraph> DescribeGraph(RemoteValue& value, SourceLine source);
// A node of the graph, asked for if no description reached it yet.
const v1::GraphNode& DescribeNode(const DescribedGraph& graph, uint64_t id, SourceLine source);

// Whether the tensor requires grad, asking the server if that is the only way to know.
bool RequiresGrad(RemoteValue& value, SourceLine source);

}  // namespace client
}  // namespace gradd
