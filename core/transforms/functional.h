// Functions of functions, as torch.func has them: run a function under a transform.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "core/ops/interpreter.h"

namespace gradd {

// A function of tensors, which computes with the interpreter that it is given. It may use values of
// interpreters below that one from outside of its arguments.
using TensorFunction =
    absl::FunctionRef<absl::StatusOr<Values>(Interpreter& interpreter, ValueSpan arguments)>;

// vmap: `f` for each element of a batch at once. Argument i has the batch along its dimension
// in_dims[i], or is the same for every element (nullopt); at least one has a batch. Output i gets
// the batch at out_dims[i], or at 0 where out_dims is shorter. Arguments and outputs are values of
// `interpreter`.
absl::StatusOr<Values> Vmap(Interpreter& interpreter, TensorFunction f, ValueSpan arguments,
                            absl::Span<const std::optional<int64_t>> in_dims,
                            absl::Span<const int64_t> out_dims = {});

struct JvpResult {
  Values outputs;
  Values tangents;  // shaped like the outputs; null for those that are not floating
};

// The outputs of `f` and their derivatives along the tangents of its arguments, each shaped like
// its argument or null for zero.
absl::StatusOr<JvpResult> JvpOf(Interpreter& interpreter, TensorFunction f, ValueSpan arguments,
                                ValueSpan tangents);

}  // namespace gradd
