#include "core/ops/view/permute.h"

#include <vector>

#include "core/base/status.h"
#include "core/ops/rules.h"

namespace gradd::ops {
namespace {

absl::StatusOr<Dims> NormalOrder(DimsView dims, int rank) {
  if (static_cast<int>(dims.size()) != rank) {
    return InvalidArgument("DIMENSION_COUNT",
                           "permute(sparse_coo): number of dimensions in the tensor input does not "
                           "match the length of the desired ordering of dimensions i.e. "
                           "input.dim() = ",
                           rank, " is not equal to len(dims) = ", dims.size());
  }
  Dims order;
  std::vector<bool> seen(rank);
  for (const int64_t dim : dims) {
    GRADD_ASSIGN_OR_RETURN(const int d, NormalizeDim(dim, rank));
    if (seen[d]) {
      return InvalidArgument("DIMENSION_REPEATED", "permute(): duplicate dims are not allowed.");
    }
    seen[d] = true;
    order.push_back(d);
  }
  return order;
}

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  GRADD_ASSIGN_OR_RETURN(const Dims order, NormalOrder(attributes.Dims(0), input.rank()));
  TensorSpec& output = outputs.emplace_back(input);
  output.weak = false;
  for (size_t i = 0; i < order.size(); ++i) {
    output.shape[i] = input.shape[order[i]];
    output.strides[i] = input.strides[order[i]];
  }
  return absl::OkStatus();
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
         absl::Span<Value> gradients) {
  const absl::StatusOr<Dims> order = NormalOrder(r.attributes.Dims(0), r.inputs[0].rank());
  Dims inverse(order->size());
  for (size_t i = 0; i < order->size(); ++i) inverse[(*order)[i]] = static_cast<int64_t>(i);
  gradients[0] = Permute(g, cotangents[0], inverse);
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  const absl::StatusOr<Dims> order = NormalOrder(call.attributes.Dims(0), call.rank(0));
  Dims batched = {0};
  for (const int64_t dim : *order) batched.push_back(dim + 1);
  outputs[0] = Permute(g, call.inputs[0], batched);
}

}  // namespace

const Op& PermuteOp() {
  static const Op& op = DefineOp({
      .name = "permute",
      .doc = "A view with the dimensions in another order.",
      .inputs = {"input"},
      .attributes = {{"dims", AttributeKind::kDims}},
      .spec = Spec,
      .vjp = Vjp,
      .jvp = ApplyToTangent,
      .batch = Batch,
      .is_view = true,
  });
  return op;
}

Value Permute(Builder& g, const Value& v, DimsView dims) {
  return g.Apply(PermuteOp(), {v}, {Dims(dims.begin(), dims.end())});
}

}  // namespace gradd::ops
