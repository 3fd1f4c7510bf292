// What ops compute: against NumPy's values, over layouts, devices and runs.

#include <algorithm>
#include <limits>

#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/op_table.h"
#include "tests/conformance/law.h"
#include "tests/support/must.h"
#include "tests/support/reference_interpreter.h"

namespace gradd::conformance {
namespace {

using testing::Must;
using testing::ReferenceInterpreter;

class ForwardLaw : public Law {};

void ExpectOutputs(Stack& stack, const Values& outputs, const Case& c) {
  ASSERT_EQ(outputs.size(), c.outputs.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    EXPECT_EQ(outputs[i]->spec().dtype, c.outputs[i].spec.dtype);
    EXPECT_EQ(ToString(outputs[i]->spec().shape), ToString(c.outputs[i].spec.shape));
    ExpectNear(c.outputs[i].spec.dtype, stack.Read(outputs[i]), c.outputs[i].values);
  }
}

TEST_P(ForwardLaw, EqualsTheReference) {
  Stack stack;
  for (const Case& c : CasesOf(op())) {
    SCOPED_TRACE(c.name);
    if (!c.outputs_known) continue;
    const absl::StatusOr<Values> outputs = RunCase(stack, c);
    ASSERT_TRUE(outputs.ok()) << outputs.status();
    ExpectOutputs(stack, *outputs, c);
  }
}

// The same tensor with every element two places further on and its dimensions in another order.
CaseTensor Spread(CaseTensor tensor) {
  Dims& strides = tensor.spec.strides;
  int64_t stride = 2;
  for (int d = 0; d < tensor.spec.rank(); ++d) {
    strides[d] = stride;
    stride *= std::max<int64_t>(tensor.spec.shape[d], 1);
  }
  tensor.spec.offset = 1;
  return tensor;
}

TEST_P(ForwardLaw, LayoutsMakeNoDifference) {
  Stack stack;
  for (const Case& c : CasesOf(op())) {
    for (size_t i = 0; i < c.inputs.size(); ++i) {
      SCOPED_TRACE(c.name + ", input " + std::to_string(i));
      if (c.inputs[i].is_number()) continue;
      Case spread = c;
      spread.inputs[i] = Spread(c.inputs[i]);
      const absl::StatusOr<Values> outputs = RunCase(stack, spread);
      if (!outputs.ok()) {
        // Views without a copy may refuse a layout, and say so.
        EXPECT_TRUE(op().is_view) << outputs.status();
        EXPECT_EQ(outputs.status().code(), absl::StatusCode::kInvalidArgument);
        continue;
      }
      const Values expected = Must(RunCase(stack, c));
      for (size_t k = 0; k < expected.size(); ++k) {
        ExpectNear(expected[k]->spec().dtype, stack.Read((*outputs)[k]), stack.Read(expected[k]));
      }
    }
  }
}

// The simulated one bit for bit; another device has mathematical functions of its own.
TEST_P(ForwardLaw, DevicesAgree) {
  const DeviceId device = testing::TestDevice() == kCpu ? kSim : testing::TestDevice();
  Stack cpu(kCpu), other(device);
  for (const Case& c : CasesOf(op())) {
    SCOPED_TRACE(c.name);
    const Values expected = Must(RunCase(cpu, c));
    const absl::StatusOr<Values> outputs = RunCase(other, c);
    ASSERT_TRUE(outputs.ok()) << outputs.status();
    for (size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ((*outputs)[i]->spec().device, device);
      EXPECT_EQ(ToString((*outputs)[i]->spec()), ToString(expected[i]->spec()));
      if (device == kSim) {
        EXPECT_TRUE(other.Bytes((*outputs)[i]) == cpu.Bytes(expected[i]));
      } else {
        ExpectNear(expected[i]->spec().dtype, other.Read((*outputs)[i]), cpu.Read(expected[i]));
      }
    }
  }
}

TEST_P(ForwardLaw, RunsGiveEqualBits) {
  Stack one, other;
  for (const Case& c : CasesOf(op())) {
    SCOPED_TRACE(c.name);
    const Values first = Must(RunCase(one, c)), second = Must(RunCase(other, c));
    for (size_t i = 0; i < first.size(); ++i) {
      EXPECT_TRUE(one.Bytes(first[i]) == other.Bytes(second[i]));
    }
  }
}

TEST_P(ForwardLaw, FusedEqualsExpanded) {
  if (op().expand == nullptr) return;
  Stack stack;
  for (const Case& c : CasesOf(op())) {
    SCOPED_TRACE(c.name);
    const std::vector<Value> inputs = stack.Make(c.inputs);
    const Attributes attributes = stack.Fill(c.attributes);
    const Values fused = Must(stack.eager().Apply(op(), inputs, attributes));
    Values expanded(op().output_count);
    Builder g(stack.eager());
    op().expand(g, op(), inputs, attributes, absl::MakeSpan(expanded));
    ASSERT_TRUE(g.ok()) << g.status();
    for (size_t i = 0; i < fused.size(); ++i) {
      EXPECT_EQ(ToString(fused[i]->spec()), ToString(expanded[i]->spec()));
      // The parts of an expansion are rounded each; in 16 bits that shows.
      ExpectNear(fused[i]->spec().dtype, stack.Read(fused[i]), stack.Read(expanded[i]), 4);
    }
  }
}

TEST_P(ForwardLaw, BadIndicesAreRefused) {
  if (!op().checks_indices) return;
  Stack stack;
  int refused = 0;
  for (const Case& c : CasesOf(op())) {
    for (size_t i = 0; i < c.inputs.size(); ++i) {
      if (c.inputs[i].spec.dtype != DType::kInt64 || c.inputs[i].values.empty()) continue;
      for (const double bad : {-1.0, 1e6, -9223372036854775808.0, 9223372036854774784.0}) {
        SCOPED_TRACE(c.name);
        Case broken = c;
        broken.inputs[i].values.back() = bad;
        const absl::Status status = RunCase(stack, broken).status();
        if (status.ok()) continue;  // a tensor of integers that are no indices
        EXPECT_EQ(ErrorReason(status), "INDEX_OUT_OF_RANGE") << status;
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 0);
}

TEST_P(ForwardLaw, SeedsAndOffsetsMakeTheNumbers) {
  if (!op().is_random) return;
  Stack stack;
  for (const Case& c : CasesOf(op())) {
    SCOPED_TRACE(c.name);
    const std::string bytes = stack.Bytes(Must(RunCase(stack, c))[0]);
    if (bytes.empty()) continue;
    for (const size_t last : {1, 2}) {
      Case other = c;
      AttributeValue& value = other.attributes[other.attributes.size() - last];
      value = std::get<int64_t>(value) + 1;
      EXPECT_FALSE(stack.Bytes(Must(RunCase(stack, other))[0]) == bytes);
    }
  }
}

// The independent interpreter that tests of random programs compare with, on the same rows.
TEST_P(ForwardLaw, ReferenceInterpreterAgrees) {
  ReferenceInterpreter reference;
  for (const Case& c : CasesOf(op())) {
    SCOPED_TRACE(c.name);
    std::vector<Value> inputs;
    for (const CaseTensor& input : c.inputs) {
      inputs.push_back(input.is_number() ? MakeScalar(input.values[0])
                                         : ReferenceInterpreter::Make(
                                               input.spec.dtype, input.spec.shape, input.values));
    }
    const absl::StatusOr<Values> outputs = reference.Apply(op(), inputs, Attributes(c.attributes));
    if (ErrorReason(outputs.status()) == "REFERENCE_MISSING") {
      Exempt("the reference interpreter has it", op());
      return;
    }
    ASSERT_TRUE(outputs.ok()) << outputs.status();
    for (size_t i = 0; i < c.outputs.size(); ++i) {
      ExpectNear(DType::kFloat64, ReferenceInterpreter::Read((*outputs)[i]), c.outputs[i].values);
    }
  }
}

GRADD_FOR_EVERY_OP(ForwardLaw);

}  // namespace
}  // namespace gradd::conformance
