#include "core/transforms/functional.h"

#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/create/full.h"
#include "core/transforms/batch.h"
#include "core/transforms/jvp.h"

namespace gradd {
namespace {

// The size that the first batched argument has along its batch; Batch::Wrap compares the others.
absl::StatusOr<int64_t> BatchSize(ValueSpan arguments,
                                  absl::Span<const std::optional<int64_t>> in_dims) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!in_dims[i].has_value()) continue;
    const Dims& shape = arguments[i]->spec().shape;
    const int64_t rank = static_cast<int64_t>(shape.size());
    const int64_t dim = *in_dims[i] < 0 ? *in_dims[i] + rank : *in_dims[i];
    // Out of range: Wrap says so.
    return dim >= 0 && dim < rank ? shape[dim] : 0;
  }
  return InvalidArgument("VMAP_IN_DIMS",
                         "vmap: at least one of the inputs must have a dimension to map over");
}

}  // namespace

absl::StatusOr<Values> Vmap(Interpreter& interpreter, TensorFunction f, ValueSpan arguments,
                            absl::Span<const std::optional<int64_t>> in_dims,
                            absl::Span<const int64_t> out_dims) {
  if (in_dims.size() != arguments.size()) {
    return InvalidArgument("VMAP_IN_DIMS", "vmap: got ", in_dims.size(), " in_dims for ",
                           arguments.size(), " inputs");
  }
  GRADD_ASSIGN_OR_RETURN(const int64_t size, BatchSize(arguments, in_dims));
  Batch batch(interpreter, size);
  Values wrapped(arguments.begin(), arguments.end());
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!in_dims[i].has_value()) continue;
    GRADD_ASSIGN_OR_RETURN(wrapped[i], batch.Wrap(arguments[i], *in_dims[i]));
  }
  GRADD_ASSIGN_OR_RETURN(Values outputs, f(batch, wrapped));
  for (size_t i = 0; i < outputs.size(); ++i) {
    GRADD_ASSIGN_OR_RETURN(outputs[i],
                           batch.Unwrap(outputs[i], i < out_dims.size() ? out_dims[i] : 0));
  }
  return outputs;
}

absl::StatusOr<JvpResult> JvpOf(Interpreter& interpreter, TensorFunction f, ValueSpan arguments,
                                ValueSpan tangents) {
  if (tangents.size() != arguments.size()) {
    return InvalidArgument("JVP_TANGENTS", "jvp: got ", tangents.size(), " tangents for ",
                           arguments.size(), " inputs");
  }
  Jvp jvp(&interpreter);
  Values lifted(arguments.size());
  for (size_t i = 0; i < arguments.size(); ++i) {
    GRADD_ASSIGN_OR_RETURN(lifted[i], jvp.Lift(arguments[i], tangents[i]));
  }
  JvpResult result;
  GRADD_ASSIGN_OR_RETURN(result.outputs, f(jvp, lifted));
  for (Value& output : result.outputs) {
    GRADD_ASSIGN_OR_RETURN(Value tangent, jvp.Tangent(output));
    output = jvp.Primal(output);
    if (!tangent && IsFloating(output->spec().dtype)) {
      Builder g(interpreter);
      tangent = ops::ZerosLike(g, output->spec());
      GRADD_RETURN_IF_ERROR(g.status());
    }
    result.tangents.push_back(std::move(tangent));
  }
  return result;
}

}  // namespace gradd
