// What sort and topk share: values in order along a dimension, and where they came from.
#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

// Rules of ops whose attribute `kDimAttribute` is the dimension and whose outputs are values and
// indices, element k of a line being element indices[k] of the input's line.
template <int kDimAttribute>
struct OrderedRules {
  static Residuals KeepIndices(const Op&, IndexSet) {
    Residuals residuals;
    residuals.outputs.Add(1);
    return residuals;
  }
  static void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
                  absl::Span<Value> gradients);
  static void Jvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs);
  static void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs);
};

}  // namespace gradd::ops
