// The one seam: all computing goes through Interpreter::Apply.
//
// Interpreters stack. On the server Eager (runs kernels) is at the bottom, Tape (records) above it,
// Batch (vmap) and Jvp (forward mode) above that; on a client Remote (enqueues) is at the bottom
// under the same Batch and Jvp. A rule of an op computes only by calling ops through the
// interpreter that it is given, so every combination follows. The model is JAX's "autodidax".
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/ops/attributes.h"
#include "core/ops/value.h"

namespace gradd {

struct Op;

class Interpreter {
 public:
  virtual ~Interpreter() = default;

  // Applies `op` and returns its outputs, op.output_count of them. Inputs may be ScalarValues and
  // values of this interpreter or of those below it. Pure: no input changes.
  virtual absl::StatusOr<Values> Apply(const Op& op, ValueSpan inputs,
                                       const Attributes& attributes) = 0;

  // Makes `target` hold what `source` holds; the other half of an in-place op. `source` has
  // target's shape and dtype. Everything that shares target's storage sees it.
  virtual absl::Status Assign(const Value& target, const Value& source) = 0;
};

}  // namespace gradd
