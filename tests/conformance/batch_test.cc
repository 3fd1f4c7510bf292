// vmap of every op: against a loop.

#include <optional>

#include "core/ops/op_table.h"
#include "core/transforms/functional.h"
#include "tests/conformance/law.h"
#include "tests/support/must.h"

namespace gradd::conformance {
namespace {

using testing::Must;

constexpr int64_t kBatch = 3;

class BatchLaw : public Law {};

// Variant `b` of a tensor: the same values, rotated, so that ranges and indices stay what they are.
CaseTensor Variant(CaseTensor tensor, int64_t b) {
  const std::vector<double> values = tensor.values;
  for (size_t i = 0; i < values.size(); ++i) tensor.values[i] = values[(i + b) % values.size()];
  tensor.spec = TensorSpec::Contiguous(tensor.spec.dtype, tensor.spec.shape, {});
  return tensor;
}

// All variants with the batch along the first or the last dimension.
CaseTensor Stacked(const CaseTensor& tensor, bool last) {
  CaseTensor stacked;
  Dims shape = tensor.spec.shape;
  shape.insert(last ? shape.end() : shape.begin(), kBatch);
  stacked.spec = TensorSpec::Contiguous(tensor.spec.dtype, shape, {});
  const size_t count = tensor.values.size();
  stacked.values.resize(count * kBatch);
  for (int64_t b = 0; b < kBatch; ++b) {
    const std::vector<double> values = Variant(tensor, b).values;
    for (size_t i = 0; i < count; ++i) {
      stacked.values[last ? i * kBatch + b : b * count + i] = values[i];
    }
  }
  return stacked;
}

// Compares vmap with a loop for `c` with the inputs in `batched` (bits) batched.
void Compare(Stack& stack, const Case& c, unsigned batched, bool last) {
  const Attributes attributes = stack.Fill(c.attributes);
  std::vector<Value> inputs;
  std::vector<std::optional<int64_t>> in_dims;
  for (size_t i = 0; i < c.inputs.size(); ++i) {
    const bool is_batched = (batched >> i & 1) != 0;
    inputs.push_back(stack.Make(is_batched ? Stacked(c.inputs[i], last) : c.inputs[i]));
    in_dims.push_back(is_batched ? std::optional<int64_t>(last ? -1 : 0) : std::nullopt);
  }
  const absl::StatusOr<Values> together = Vmap(
      stack.eager(), [&](Interpreter& g, ValueSpan v) { return g.Apply(*c.op, v, attributes); },
      inputs, in_dims);
  if (c.op->is_data_dependent || c.op->is_random) {
    EXPECT_EQ(together.status().code(), absl::StatusCode::kUnimplemented);
    return;
  }
  std::vector<std::vector<double>> expected(c.op->output_count);
  Dims element_shape;
  for (int64_t b = 0; b < kBatch; ++b) {
    Case one = c;
    for (size_t i = 0; i < c.inputs.size(); ++i) {
      if ((batched >> i & 1) != 0) one.inputs[i] = Variant(c.inputs[i], b);
    }
    const absl::StatusOr<Values> outputs = RunCase(stack, one);
    if (!outputs.ok()) {  // the layout was what made the case possible or impossible
      EXPECT_FALSE(together.ok()) << outputs.status();
      return;
    }
    element_shape = (*outputs)[0]->spec().shape;
    for (size_t k = 0; k < outputs->size(); ++k) {
      const std::vector<double> values = stack.Read((*outputs)[k]);
      expected[k].insert(expected[k].end(), values.begin(), values.end());
    }
  }
  if (!together.ok() && last && c.op->is_view) {
    // An element whose batch lies inside of it can have a layout that the view refuses.
    EXPECT_EQ(together.status().code(), absl::StatusCode::kInvalidArgument);
    return;
  }
  ASSERT_TRUE(together.ok()) << together.status();
  element_shape.insert(element_shape.begin(), kBatch);
  EXPECT_EQ((*together)[0]->spec().shape, element_shape);
  for (size_t k = 0; k < expected.size(); ++k) {
    ExpectNear((*together)[k]->spec().dtype, stack.Read((*together)[k]), expected[k]);
  }
}

TEST_P(BatchLaw, EqualsALoop) {
  if (op().inputs.empty()) {
    Exempt("batch equals a loop (no inputs)", op());
    return;
  }
  if (op().is_data_dependent || op().is_random) Exempt("batch equals a loop (refused)", op());
  Stack stack;
  for (const Case& c : CasesOf(op())) {
    for (unsigned batched = 1; batched < 1u << c.inputs.size(); ++batched) {
      bool has_number = false;
      for (size_t i = 0; i < c.inputs.size(); ++i) {
        has_number = has_number || ((batched >> i & 1) != 0 && c.inputs[i].is_number());
      }
      if (has_number) continue;
      for (const bool last : {false, true}) {
        SCOPED_TRACE(c.name + ", batched " + std::to_string(batched) + (last ? " last" : " first"));
        Compare(stack, c, batched, last);
      }
    }
  }
}

// The fallback for ops without a rule, on all ops that have one.
TEST_P(BatchLaw, LoopFallbackEqualsALoop) {
  if (op().inputs.empty() || op().is_data_dependent || op().is_random) return;
  if (op().expand != nullptr && !op().is_internal) {
    Exempt("loops without a batch rule (a composition)", op());
    return;
  }
  Op unruly = op();
  unruly.batch = nullptr;
  unruly.expand = nullptr;
  if (op().batch == nullptr && op().expand == nullptr) Exempt("has a batch rule (loops)", op());
  Stack stack;
  for (const Case& c : CasesOf(op())) {
    SCOPED_TRACE(c.name);
    if (c.inputs[0].is_number()) continue;
    Case with = c;
    with.op = &unruly;
    Compare(stack, with, 1, false);
  }
}

GRADD_FOR_EVERY_OP(BatchLaw);

}  // namespace
}  // namespace gradd::conformance
