#include "core/ops/join/constant_pad_nd.h"

#include "core/base/checked.h"
#include "core/base/status.h"

namespace gradd::ops {
namespace {

enum { kPad, kValue };

// What `pad` says of dimension d: what comes in front and behind, negative where elements go.
std::pair<int64_t, int64_t> Margins(DimsView pad, int rank, int d) {
  const size_t pair = static_cast<size_t>(rank - 1 - d);  // the last dimension comes first
  if (2 * pair >= pad.size()) return {0, 0};
  return {pad[2 * pair], pad[2 * pair + 1]};
}

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  const Dims& pad = attributes.Dims(kPad);
  if (pad.size() % 2 != 0) {
    return InvalidArgument("PAD_LENGTH", "Length of pad must be even but instead it equals ",
                           pad.size());
  }
  if (static_cast<int>(pad.size()) > 2 * input.rank()) {
    return InvalidArgument("PAD_LENGTH",
                           "Length of pad should be no more than twice the number of ",
                           "dimensions of the input. Pad length is ", pad.size(),
                           "while the input has ", input.rank(), "dimensions.");
  }
  Dims shape = input.shape;
  for (int d = 0; d < input.rank(); ++d) {
    const auto [front, behind] = Margins(pad, input.rank(), d);
    std::optional<int64_t> size = CheckedAdd(shape[d], front);
    if (size) size = CheckedAdd(*size, behind);
    // What is cut off has to be there.
    if (!size || *size < 0 || front < -shape[d] || behind < -shape[d]) {
      return InvalidArgument("PAD_RANGE", "The input size ", shape[d], ", plus negative padding ",
                             front, " and ", behind,
                             " resulted in a negative output size, which is invalid. Check "
                             "dimension ",
                             d, " of your input.");
    }
    shape[d] = *size;
  }
  GRADD_RETURN_IF_ERROR(CheckShape(shape));
  outputs.push_back(TensorSpec::Contiguous(input.dtype, std::move(shape), input.device));
  return absl::OkStatus();
}

// Without the margins again.
void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
         absl::Span<Value> gradients) {
  Dims back = r.attributes.Dims(kPad);
  for (int64_t& size : back) size = -size;
  gradients[0] = g.Apply(r.op, {cotangents[0]}, {back, Scalar(0)});
}

}  // namespace

const Op& ConstantPadNdOp() {
  static const Op& op = DefineOp({
      .name = "constant_pad_nd",
      .doc = "The tensor with margins of one value: pad has two sizes for the last dimension, two "
             "for the one before, and so on. Negative ones cut off.",
      .inputs = {"input"},
      .attributes = {{"pad", AttributeKind::kDims},
                     {"value", AttributeKind::kScalar, false, Scalar(0)}},
      .spec = Spec,
      .vjp = Vjp,
      .jvp =
          [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
            outputs[0] = g.Apply(r.op, {tangents[0]}, {r.attributes[kPad], Scalar(0)});
          },
      .batch =
          [](Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
            outputs[0] = g.Apply(call.op, {call.inputs[0]}, call.attributes);
          },
  });
  return op;
}

}  // namespace gradd::ops
