// Reverse mode over the recorded graph.
#pragma once

#include "absl/status/statusor.h"

#include "core/autograd/tape.h"
#include "core/base/cancellation.h"
#include "core/runtime/eager.h"

namespace gradd {

struct BackwardOptions {
  bool retain_graph = false;
  // Records the backward pass too, so that it can be differentiated.
  bool create_graph = false;
};

struct GradOptions : BackwardOptions {
  bool allow_unused = false;
  bool materialize_grads = false;  // unused inputs get zeros
  // Each cotangent has a leading dimension of the same size, and so has each result.
  bool batched = false;
};

// Runs nodes in descending order of their sequence number. All checks that can be made before the
// first kernel are made before it. Used on the session's strand.
class BackwardPass {
 public:
  BackwardPass(Tape& tape, Eager& eager, const Cancellation& cancellation)
      : tape_(tape), eager_(eager), cancellation_(cancellation) {}

  // torch.autograd.backward: adds to the `.grad` of leaves (of `inputs` only, when there are any).
  // `cotangents` is empty or has one for each root, null for the implicit 1. On an error no
  // gradient has changed; without retain_graph the graph then counts as freed.
  absl::Status Backward(ValueSpan roots, ValueSpan cotangents, ValueSpan inputs,
                        const BackwardOptions& options);

  // torch.autograd.grad: the gradient by each of `inputs`, null where there is none and that is
  // allowed.
  absl::StatusOr<Values> Grad(ValueSpan roots, ValueSpan cotangents, ValueSpan inputs,
                              const GradOptions& options);

 private:
  Tape& tape_;
  Eager& eager_;
  const Cancellation& cancellation_;
};

}  // namespace gradd
