// What Tape remembers about a tensor.
#pragma once

#include <cstdint>

#include "core/autograd/node.h"
#include "core/tensor/tensor.h"

namespace gradd {

// How a view came to be, where that limits what may be done with it. Views of such views are alike.
enum class Creation : uint8_t { kNormal, kViewInNoGrad, kViewInInference };

struct History final : public TensorAnnotation {
  // Where this tensor's gradient goes. A leaf that requires grad has an edge to a leaf node.
  Edge edge;
  // `.grad`. A leaf's is its node's; another tensor has one once retain_grad was asked for.
  RefPtr<GradSlot> slot;
  Creation creation = Creation::kNormal;
  // Of a tensor with views: how often an in-place op rewrote its history. Of a view: the count that
  // `edge` belongs to; when the base has moved on, the edge is made again.
  uint64_t generation = 0;

  bool requires_grad() const { return static_cast<bool>(edge); }
  bool is_leaf() const { return !edge || edge.node->is_leaf(); }
};

}  // namespace gradd
