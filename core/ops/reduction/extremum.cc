#include "core/ops/reduction/extremum.h"

#include "core/base/status.h"
#include "core/ops/op_table.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/rules.h"

namespace gradd::ops {
namespace {

constexpr ReductionPlaces kPlaces;

// Where the input has the value that was taken.
Value TakenMask(Builder& g, const Recorded& r) {
  const Value kept = WithKeptDims(g, r.output(0), r.inputs[0], r.attributes, kPlaces);
  return g.Apply(*FindOp("eq"), {r.input(0), kept});
}

Value Count(Builder& g, const Value& mask, DimsView dims, bool keep_dims) {
  return mask ? Sum(g, mask, dims, keep_dims) : nullptr;
}

Value Times(Builder& g, const Value& a, const Value& b) { return g.Apply(*FindOp("mul"), {a, b}); }
Value Over(Builder& g, const Value& a, const Value& b) { return g.Apply(*FindOp("div"), {a, b}); }

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
         absl::Span<Value> gradients) {
  const Dims dims = ReducedDims(r.inputs[0], r.attributes, kPlaces);
  const Value cotangent = WithKeptDims(g, cotangents[0], r.inputs[0], r.attributes, kPlaces);
  const Value mask = TakenMask(g, r);
  const Value count = dims.empty() ? MakeScalar(1.0) : Count(g, mask, dims, true);
  gradients[0] = Times(g, mask, Over(g, cotangent, count));
}

void Jvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
  const Dims dims = ReducedDims(r.inputs[0], r.attributes, kPlaces);
  const Value mask = TakenMask(g, r);
  const Value taken = Times(g, tangents[0], mask);
  if (dims.empty() || !g.ok()) {
    outputs[0] = taken;
    return;
  }
  const bool keep_dims = r.attributes.Bool(kPlaces.keepdim);
  outputs[0] = Over(g, Sum(g, taken, dims, keep_dims), Count(g, mask, dims, keep_dims));
}

// The elements that are equal to the output; where that is NaN, the NaNs.
Value TakenOfAll(Builder& g, const Recorded& r) {
  const Value equal = g.Apply(*FindOp("eq"), {r.input(0), r.output(0)});
  return g.Apply(*FindOp("logical_or"), {equal, g.Apply(*FindOp("isnan"), {r.input(0)})});
}

}  // namespace

absl::Status CheckNotEmpty(absl::string_view name, const TensorSpec& input, DimsView dims,
                           bool all_dims) {
  if (all_dims) {
    if (input.element_count() > 0) return absl::OkStatus();
    return InvalidArgument("EMPTY_REDUCTION", name,
                           "(): Expected reduction dim to be specified for input.numel() == 0. "
                           "Specify the reduction dim with the 'dim' argument.");
  }
  for (const int64_t dim : dims) {
    if (input.rank() == 0 || input.shape[dim < 0 ? dim + input.rank() : dim] != 0) continue;
    return InvalidArgument("EMPTY_REDUCTION", name, "(): Expected reduction dim ", dim,
                           " to have non-zero size.");
  }
  return absl::OkStatus();
}

Op ExtremumDescription(std::string name, std::string doc) {
  Op op = ReductionDescription(std::move(name), std::move(doc));
  op.spec = [](const Op& self, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
    GRADD_RETURN_IF_ERROR(ReductionSpec(inputs, attributes, kPlaces, inputs[0]->dtype, outputs));
    const Dims& dims = attributes.Dims(kPlaces.dims);
    return CheckNotEmpty(self.name, *inputs[0], dims, dims.empty());
  };
  op.residuals = KeepInputAndOutput;
  op.vjp = Vjp;
  op.jvp = Jvp;
  return op;
}

Op ExtremumOfAllDescription(std::string name, std::string doc, ExpandRule expand) {
  Op op;
  op.name = std::move(name);
  op.doc = std::move(doc);
  op.inputs = {"input"};
  op.spec = [](const Op& self, SpecSpan inputs, const Attributes&, Specs& outputs) {
    outputs.push_back(TensorSpec::Contiguous(inputs[0]->dtype, {}, inputs[0]->device));
    return CheckNotEmpty(self.name, *inputs[0], {}, true);
  };
  op.residuals = KeepInputAndOutput;
  op.vjp = [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
              absl::Span<Value> gradients) {
    const Value mask = TakenOfAll(g, r);
    const Value share = Over(g, cotangents[0], Count(g, mask, {}, false));
    gradients[0] = g.Apply(*FindOp("where"), {mask, share, MakeScalar(0.0)});
  };
  op.jvp = [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
    const Value mask = TakenOfAll(g, r);
    const Value taken = g.Apply(*FindOp("where"), {mask, tangents[0], MakeScalar(0.0)});
    if (g.ok()) outputs[0] = Over(g, Sum(g, taken, {}, false), Count(g, mask, {}, false));
  };
  op.expand = expand;
  op.node_name = std::string(op.name == "max" ? "Max" : "Min") + "Backward1";
  return op;
}

}  // namespace gradd::ops
