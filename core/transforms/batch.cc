#include "core/transforms/batch.h"

#include <algorithm>
#include <vector>

#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/create/full.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/select.h"
#include "core/ops/view/strided_scatter.h"
#include "core/ops/view/transpose.h"
#include "core/ops/view/view.h"

namespace gradd {
namespace {

TensorSpec ElementSpec(TensorSpec spec) {
  spec.shape.erase(spec.shape.begin());
  spec.strides.erase(spec.strides.begin());
  return spec;
}

Value MoveDim(Builder& g, Value v, int from, int to) {
  const int step = from < to ? 1 : -1;
  for (; from != to; from += step) v = ops::Transpose(g, v, from, from + step);
  return v;
}

// Values of one spec side by side along a new first dimension. Halves are stacked first, so each
// element is copied log(n) times and not n times.
Value Stack(Builder& g, ValueSpan parts, const TensorSpec& element) {
  const auto stacked_shape = [&element](size_t count) {
    Dims shape = element.shape;
    shape.insert(shape.begin(), static_cast<int64_t>(count));
    return shape;
  };
  if (parts.size() == 1) return ops::Reshape(g, parts[0], stacked_shape(1));
  Value result = ops::Full(g, stacked_shape(parts.size()), 0, element.dtype, element.device);
  if (parts.empty()) return result;
  const size_t half = parts.size() / 2;
  const Value front = Stack(g, parts.first(half), element);
  const Value back = Stack(g, parts.subspan(half), element);
  const int64_t back_offset = static_cast<int64_t>(half) * element.element_count();
  result =
      ops::StridedScatter(g, result, front, ContiguousStrides(stacked_shape(half)), int64_t{0});
  return ops::StridedScatter(g, result, back, ContiguousStrides(stacked_shape(parts.size() - half)),
                             back_offset);
}

absl::Status CheckBatchable(const Op& op) {
  if (op.is_random) {
    return Unimplemented("VMAP_RANDOM", "vmap: called random operation ", op.name,
                         "() on a tensor that is being vmapped over. Please perform the randomness "
                         "operation out of vmap.");
  }
  if (op.is_data_dependent) {
    return Unimplemented("VMAP_DATA_DEPENDENT", "vmap: ", op.name,
                         "() has an output whose shape depends on the values of its input, which "
                         "can differ from one element of the batch to the next. This is not "
                         "supported on a tensor that is being vmapped over.");
  }
  return absl::OkStatus();
}

}  // namespace

BatchValue::BatchValue(const Level& level, Value inner)
    : WrappedValue(level, ElementSpec(inner->spec())), inner_(std::move(inner)) {}

const Value& Batch::Inner(const Value& value) const {
  return Made(value) ? static_cast<const BatchValue&>(*value).inner() : value;
}

absl::StatusOr<Value> Batch::Batched(const Value& value) {
  if (Made(value)) return Inner(value);
  Dims shape = value->spec().shape;
  shape.insert(shape.begin(), size_);
  Builder g(below());
  Value repeated = ops::Expand(g, value, shape);
  GRADD_RETURN_IF_ERROR(g.status());
  return repeated;
}

absl::StatusOr<Value> Batch::Wrap(const Value& value, int64_t in_dim) {
  const TensorSpec& spec = value->spec();
  if (in_dim < -spec.rank() || in_dim >= spec.rank()) {
    return InvalidArgument("DIMENSION_OUT_OF_RANGE", "vmap: Got in_dim=", in_dim,
                           " for an input, but that input is a Tensor of dimensionality ",
                           spec.rank(), " so expected in_dim to satisfy -", spec.rank(),
                           " <= in_dim < ", spec.rank(), ".");
  }
  const int dim = static_cast<int>(in_dim < 0 ? in_dim + spec.rank() : in_dim);
  if (spec.shape[dim] != size_) {
    return InvalidArgument("SHAPE_MISMATCH",
                           "vmap: Expected all tensors to have the same size in the mapped "
                           "dimension, got sizes [",
                           size_, ", ", spec.shape[dim], "] for the mapped dimension");
  }
  Builder g(below());
  Value inner = MoveDim(g, value, dim, 0);
  GRADD_RETURN_IF_ERROR(g.status());
  return MakeRef<BatchValue>(*this, std::move(inner));
}

absl::StatusOr<Value> Batch::Unwrap(const Value& value, int64_t out_dim) {
  const int rank = value->spec().rank() + 1;
  GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(out_dim, rank));
  GRADD_ASSIGN_OR_RETURN(Value inner, Batched(value));
  Builder g(below());
  inner = MoveDim(g, std::move(inner), 0, dim);
  GRADD_RETURN_IF_ERROR(g.status());
  return inner;
}

absl::StatusOr<Values> Batch::Apply(const Op& op, ValueSpan inputs, const Attributes& attributes) {
  IndexSet batched;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (Made(inputs[i])) batched.Add(i);
  }
  if (batched.empty()) return below().Apply(op, inputs, attributes);
  GRADD_RETURN_IF_ERROR(CheckBatchable(op));

  // What the op makes of one element; also says what is wrong in the terms of one element.
  absl::InlinedVector<const TensorSpec*, 3> input_specs;
  Values inner;
  for (size_t i = 0; i < inputs.size(); ++i) {
    input_specs.push_back(&inputs[i]->spec());
    inner.push_back(Inner(inputs[i]));
    // Positions that an IndexSet does not tell apart.
    if (batched.Contains(i) && !Made(inputs[i])) {
      GRADD_ASSIGN_OR_RETURN(inner.back(), Batched(inputs[i]));
    }
  }
  Specs element_specs;
  GRADD_RETURN_IF_ERROR(InferSpecs(op, input_specs, attributes, element_specs));

  if (op.batch == nullptr && op.expand != nullptr) {
    Values outputs(op.output_count);
    Builder g(*this);
    op.expand(g, op, inputs, attributes, absl::MakeSpan(outputs));
    GRADD_RETURN_IF_ERROR(g.status());
    return outputs;
  }

  const BatchCall call{op, attributes, inner, batched, size_};
  Values outputs(op.output_count);
  if (op.batch != nullptr) {
    Builder g(below());
    op.batch(g, call, absl::MakeSpan(outputs));
    GRADD_RETURN_IF_ERROR(g.status());
  }
  if (std::find(outputs.begin(), outputs.end(), nullptr) != outputs.end()) {
    GRADD_ASSIGN_OR_RETURN(outputs, Loop(call, element_specs));
  }
  for (size_t i = 0; i < outputs.size(); ++i) {
    Dims expected = element_specs[i].shape;
    expected.insert(expected.begin(), size_);
    const TensorSpec& spec = outputs[i]->spec();
    if (spec.shape != expected || spec.dtype != element_specs[i].dtype) {
      return InternalError("BATCH_RULE", "vmap: the batch rule of ", op.name, "() made ",
                           ToString(spec), " where elements are ", ToString(element_specs[i]));
    }
    outputs[i] = MakeRef<BatchValue>(*this, std::move(outputs[i]));
  }
  return outputs;
}

absl::StatusOr<Values> Batch::Loop(const BatchCall& call, const Specs& element_specs) {
  Builder g(below());
  std::vector<std::vector<Value>> parts(call.op.output_count);
  for (int64_t b = 0; b < size_; ++b) {
    Values element;
    for (size_t i = 0; i < call.inputs.size(); ++i) {
      element.push_back(call.batched.Contains(i)
                            ? g.Apply(ops::SelectOp(), {call.inputs[i]}, {int64_t{0}, b})
                            : call.inputs[i]);
    }
    const Values results = g.ApplyAll(call.op, element, call.attributes);
    GRADD_RETURN_IF_ERROR(g.status());
    for (size_t i = 0; i < results.size(); ++i) parts[i].push_back(results[i]);
  }
  Values outputs;
  for (size_t i = 0; i < parts.size(); ++i) {
    outputs.push_back(Stack(g, parts[i], element_specs[i]));
  }
  GRADD_RETURN_IF_ERROR(g.status());
  return outputs;
}

absl::Status Batch::Assign(const Value& target, const Value& source) {
  if (Made(target)) {
    GRADD_ASSIGN_OR_RETURN(const Value batched, Batched(source));
    return below().Assign(Inner(target), batched);
  }
  if (!Made(source)) return below().Assign(target, source);
  return InvalidArgument(
      "VMAP_IN_PLACE",
      "vmap: inplace arithmetic is not possible because the new value has more elements than the "
      "tensor that is being written to. This happened due to the new value being vmapped over but "
      "the tensor not being vmapped over in a vmap. Please try to use out-of-place operators "
      "instead of inplace arithmetic.");
}

}  // namespace gradd
