// Nodes of the recorded graph, seen from a client.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/cpp/source_line.h"

namespace gradd {
inline namespace client {

struct DescribedGraph;

// One recorded application of an op. A description: it stays as it was when it was asked for. Keeps
// the tensor whose graph it was found in, and so that graph. Nodes compare by identity.
class Node {
 public:
  // No node: what grad_fn() of a leaf is.
  Node() = default;
  Node(std::shared_ptr<const DescribedGraph> graph, uint64_t id)
      : graph_(std::move(graph)), id_(id) {}

  explicit operator bool() const { return id_ != 0; }
  bool operator==(const Node& other) const { return id_ == other.id_; }

  struct Edge;
  // "SinBackward0"
  std::string name(SourceLine source = SourceLine::Here()) const;
  // In the order of the op's inputs; an input without gradient has no node.
  std::vector<Edge> next_functions(SourceLine source = SourceLine::Here()) const;
  // Backward runs nodes by descending sequence.
  uint64_t sequence(SourceLine source = SourceLine::Here()) const;
  // The line that recorded it, "train.cc:42".
  std::string source_line(SourceLine source = SourceLine::Here()) const;
  uint64_t id() const { return id_; }

 private:
  std::shared_ptr<const DescribedGraph> graph_;
  uint64_t id_ = 0;
};

// Which output of the node's op the input was.
struct Node::Edge {
  Node node;
  uint32_t output = 0;
};

}  // namespace client
}  // namespace gradd
