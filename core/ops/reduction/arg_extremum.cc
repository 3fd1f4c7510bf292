#include "core/base/status.h"
#include "core/ops/create/full.h"
#include "core/ops/index/gather.h"
#include "core/ops/index/scatter_add.h"
#include "core/ops/reduction/along_dim.h"
#include "core/ops/reduction/extremum.h"
#include "core/ops/rules.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

enum { kDim, kKeepDim };

// The input's shape without the dimension, or with 1 in its place.
Dims ShapeWithout(const TensorSpec& input, int dim, bool keep_dim) {
  Dims shape = input.shape;
  if (shape.empty()) return shape;
  shape[dim] = 1;
  if (!keep_dim) shape.erase(shape.begin() + dim);
  return shape;
}

absl::Status ArgSpec(const Op& op, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  if (input.dtype == DType::kBool) {
    return Unimplemented("DTYPE_UNSUPPORTED", op.name, "(): does not support bool input");
  }
  Dims shape;
  if (attributes.Has(kDim)) {
    GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(attributes.Int(kDim), input.rank()));
    GRADD_RETURN_IF_ERROR(CheckNotEmpty(op.name, input, {dim}, false));
    shape = ShapeWithout(input, dim, attributes.Bool(kKeepDim));
  } else {
    if (input.element_count() == 0) {
      return InvalidArgument("EMPTY_REDUCTION", op.name,
                             "(): Expected reduction dim to be specified for input.numel() == 0.");
    }
    if (attributes.Bool(kKeepDim)) shape.assign(input.rank(), 1);
  }
  outputs.push_back(TensorSpec::Contiguous(DType::kInt64, std::move(shape), input.device));
  return absl::OkStatus();
}

absl::Status AlongDimSpec(const Op& op, SpecSpan inputs, const Attributes& attributes,
                          Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(attributes.Int(kDim), input.rank()));
  GRADD_RETURN_IF_ERROR(CheckNotEmpty(op.name.substr(0, 3), input, {dim}, false));
  const Dims shape = ShapeWithout(input, dim, attributes.Bool(kKeepDim));
  for (const DType dtype : {input.dtype, DType::kInt64}) {
    outputs.push_back(TensorSpec::Contiguous(dtype, shape, input.device));
  }
  return absl::OkStatus();
}

// The batch is one dimension more. Scalars, and what is searched as a whole, become rows.
void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  const int rank = call.rank(0);
  const Dims& batched = call.inputs[0]->spec().shape;
  if (rank > 0 && call.attributes.Has(kDim)) {
    const absl::StatusOr<int> dim = NormalizeDim(call.attributes.Int(kDim), rank);
    const Values made =
        g.ApplyAll(call.op, {call.inputs[0]}, {int64_t{*dim} + 1, call.attributes.Bool(kKeepDim)});
    std::copy(made.begin(), made.end(), outputs.begin());
    return;
  }
  const int64_t each = ElementCount(DimsView(batched).subspan(1));
  const Value rows = Reshape(g, call.inputs[0], {call.size, each});
  const Values made = g.ApplyAll(call.op, {rows}, {int64_t{1}, false});
  Dims shape = {call.size};
  if (rank > 0 && call.attributes.Bool(kKeepDim)) shape.insert(shape.end(), rank, 1);
  for (size_t i = 0; i < made.size(); ++i) outputs[i] = Reshape(g, made[i], shape);
}

// Output `i` with the dimension that went away back as 1.
Value Kept(Builder& g, const Recorded& r, const Value& v) {
  const absl::StatusOr<int> dim = NormalizeDim(r.attributes.Int(kDim), r.inputs[0].rank());
  return Reshape(g, v, ShapeWithout(r.inputs[0], *dim, true));
}

}  // namespace

Op ArgExtremumDescription(std::string name, std::string doc) {
  Op op;
  op.name = std::move(name);
  op.doc = std::move(doc);
  op.inputs = {"input"};
  op.attributes = {{"dim", AttributeKind::kInt, true},
                   {"keepdim", AttributeKind::kBool, false, false}};
  op.spec = ArgSpec;
  op.batch = Batch;
  op.integer_range = RangeOfPlaces<kDim>;
  return op;
}

Op ExtremumAlongDimDescription(std::string name, std::string doc) {
  Op op;
  op.name = std::move(name);
  op.doc = std::move(doc);
  op.inputs = {"input"};
  op.attributes = {{"dim", AttributeKind::kInt}, {"keepdim", AttributeKind::kBool, false, false}};
  op.output_count = 2;
  op.spec = AlongDimSpec;
  op.residuals = KeepOutput<1>;
  op.vjp = [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
              absl::Span<Value> gradients) {
    if (!cotangents[0]) return;
    const TensorSpec& input = r.inputs[0];
    gradients[0] = input.rank() == 0
                       ? cotangents[0]
                       : ScatterAdd(g, ZerosLike(g, input), r.attributes.Int(kDim),
                                    Kept(g, r, r.output(1)), Kept(g, r, cotangents[0]));
  };
  op.jvp = [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
    const Value taken = r.inputs[0].rank() == 0 ? tangents[0]
                                                : Gather(g, tangents[0], r.attributes.Int(kDim),
                                                         Kept(g, r, r.output(1)));
    outputs[0] = Reshape(g, taken, r.outputs[0].shape);
  };
  op.batch = Batch;
  op.node_name = std::string(op.name == "max_dim" ? "Max" : "Min") + "Backward0";
  op.integer_range = RangeOfTaken<kDim>;
  return op;
}

}  // namespace gradd::ops
