#include "core/ops/view/expand.h"

#include "core/base/status.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  Dims shape = attributes.Dims(0);
  if (shape.size() < input.shape.size()) {
    return InvalidArgument("SHAPE_MISMATCH", "expand(", ToString(input), ", size=", ToString(shape),
                           "): the number of sizes provided (", shape.size(),
                           ") must be greater or equal to the number of dimensions in the tensor (",
                           input.shape.size(), ")");
  }
  const size_t added = shape.size() - input.shape.size();
  Dims strides(shape.size(), 0);
  for (size_t i = shape.size(); i-- > 0;) {  // from the back, as PyTorch looks for what is wrong
    if (i < added) {
      if (shape[i] >= 0) continue;
      return InvalidArgument("NEGATIVE_DIMENSION", "The expanded size of the tensor (", shape[i],
                             ") isn't allowed in a leading, non-existing dimension ", i);
    }
    const int64_t size = input.shape[i - added];
    if (shape[i] == -1) shape[i] = size;
    if (shape[i] == size) {
      strides[i] = input.strides[i - added];
    } else if (size != 1 || shape[i] < 0) {
      return InvalidArgument("SHAPE_MISMATCH", "The expanded size of the tensor (", shape[i],
                             ") must match the existing size (", size,
                             ") at non-singleton dimension ", i,
                             ".  Target sizes: ", ToString(attributes.Dims(0)),
                             ".  Tensor sizes: ", ToString(input.shape));
    }
  }
  GRADD_RETURN_IF_ERROR(CheckShape(shape));
  TensorSpec& output = outputs.emplace_back(input);
  output.shape = std::move(shape);
  output.strides = std::move(strides);
  output.weak = false;
  return absl::OkStatus();
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  Dims target = call.attributes.Dims(0);
  Dims shape(call.inputs[0]->spec().shape);
  shape.insert(shape.begin() + 1, target.size() - call.rank(0), 1);
  target.insert(target.begin(), call.size);
  outputs[0] = Expand(g, Reshape(g, call.inputs[0], shape), target);
}

}  // namespace

const Op& ExpandOp() {
  static const Op& op = DefineOp({
      .name = "expand",
      .doc = "A view in which dimensions of size 1 repeat; -1 keeps a size.",
      .inputs = {"input"},
      .attributes = {{"shape", AttributeKind::kDims}},
      .spec = Spec,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            gradients[0] = SumTo(g, cotangents[0], r.inputs[0].shape);
          },
      .jvp =
          [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
            outputs[0] = Expand(g, tangents[0], r.outputs[0].shape);
          },
      .batch = Batch,
      .is_view = true,
  });
  return op;
}

Value Expand(Builder& g, const Value& v, DimsView shape) {
  if (!v || DimsView(v->spec().shape) == shape) return v;
  return g.Apply(ExpandOp(), {v}, {Dims(shape.begin(), shape.end())});
}

}  // namespace gradd::ops
