// Which nodes a backward pass runs, and in which order.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"

#include "core/autograd/node.h"

namespace gradd {

// The op nodes reachable from `roots`, in descending order of sequence, each with its place in the
// list in Node::visit_index. When `targets` is not null, only nodes on a path to one of them.
// Linear and without recursion.
std::vector<Node*> NodesToRun(absl::Span<const Edge> roots, const std::vector<Edge>* targets,
                              uint64_t visit);

// Whether each node still has its residuals as they were saved.
absl::Status CheckResiduals(absl::Span<Node* const> nodes);

}  // namespace gradd
