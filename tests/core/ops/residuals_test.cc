// What recorded nodes keep: exactly what their derivatives read, found by running the formulas on
// Probes.

#include <gtest/gtest.h>

#include "core/ops/op_table.h"
#include "core/ops/probe.h"

namespace gradd {
namespace {

// What a node of `op` keeps when the inputs in `needs` (bits) want gradients, as "i0 i1 o0".
std::string Kept(absl::string_view name, uint64_t needs) {
  const Op& op = *FindOp(name);
  if (op.residuals == nullptr) return "";
  const Residuals residuals = op.residuals(op, IndexSet(needs));
  std::string kept;
  for (size_t i = 0; i < op.inputs.size(); ++i) {
    if (residuals.inputs.Contains(i)) kept += "i" + std::to_string(i) + " ";
  }
  for (int i = 0; i < op.output_count; ++i) {
    if (residuals.outputs.Contains(i)) kept += "o" + std::to_string(i) + " ";
  }
  return kept;
}

TEST(ResidualsTest, PointwiseOpsKeepWhatTheirDerivativesUse) {
  EXPECT_EQ(Kept("sin", 1), "i0 ");
  EXPECT_EQ(Kept("cos", 1), "i0 ");
  EXPECT_EQ(Kept("exp", 1), "o0 ");
  EXPECT_EQ(Kept("neg", 1), "");
  EXPECT_EQ(Kept("add", 3), "");
  EXPECT_EQ(Kept("sub", 3), "");
  EXPECT_EQ(Kept("mul", 1), "i1 ");
  EXPECT_EQ(Kept("mul", 2), "i0 ");
  EXPECT_EQ(Kept("mul", 3), "i0 i1 ");
  EXPECT_EQ(Kept("div", 1), "i1 ");
  EXPECT_EQ(Kept("div", 2), "i0 i1 ");
}

TEST(ResidualsTest, OtherOps) {
  EXPECT_EQ(Kept("matmul", 1), "i1 ");
  EXPECT_EQ(Kept("matmul", 2), "i0 ");
  EXPECT_EQ(Kept("index_select", 1), "i1 ");
  EXPECT_EQ(Kept("index_add", 1), "");
  EXPECT_EQ(Kept("index_add", 4), "i1 ");
  for (const char* op : {"sum", "to", "clone", "expand", "view", "transpose", "select", "slice",
                         "as_strided", "strided_scatter", "strided_accumulate"}) {
    EXPECT_EQ(Kept(op, 3), "") << op;
  }
}

TEST(ProbeTest, CollectsArguments) {
  using ops::Probe;
  const Probe a = Probe::Argument(0), b = Probe::Argument(1), c = Probe::Argument(2);
  EXPECT_EQ((a + b).uses(), 3u);
  EXPECT_EQ((-(a / c)).uses(), 5u);
  EXPECT_EQ((sin(b) * Probe(2.0)).uses(), 2u);
  EXPECT_EQ(Probe(1.0).uses(), 0u);
}

}  // namespace
}  // namespace gradd
