// Whether the tables of cases cover what the ops claim.

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "core/ops/op_table.h"
#include "tests/conformance/law.h"
#include "tests/support/must.h"

namespace gradd::conformance {
namespace {

class CoverageLaw : public Law {};

// The dtype that a case is about: that of its first tensor, or its first dtype attribute.
std::optional<DType> MainDType(const Case& c) {
  for (const CaseTensor& input : c.inputs) {
    if (!input.is_number()) return input.spec.dtype;
  }
  for (const AttributeValue& value : c.attributes) {
    if (const DType* dtype = std::get_if<DType>(&value)) return *dtype;
  }
  return std::nullopt;
}

// `c` with another main dtype; other tensors of that dtype change with it.
Case WithDType(Case c, DType to) {
  const std::optional<DType> from = MainDType(c);
  bool has_tensor = false;
  for (CaseTensor& input : c.inputs) {
    if (input.is_number() || input.spec.dtype != from) continue;
    input.spec.dtype = to;
    has_tensor = true;
  }
  for (AttributeValue& value : c.attributes) {
    if (!has_tensor && std::holds_alternative<DType>(value)) value = to;
  }
  return c;
}

// All tensors have one dtype, and no number has a say.
bool IsUniform(const Case& c) {
  return std::all_of(c.inputs.begin(), c.inputs.end(), [&](const CaseTensor& input) {
    return !input.is_number() && input.spec.dtype == c.inputs[0].spec.dtype;
  });
}

bool SpecAccepts(const Case& c) {
  absl::InlinedVector<const TensorSpec*, 3> inputs;
  for (const CaseTensor& input : c.inputs) inputs.push_back(&input.spec);
  Specs outputs;
  return InferSpecs(*c.op, inputs, Attributes(c.attributes), outputs).ok();
}

// Indices stand for themselves and keep their dtype, so a case is recast only as far as its main
// tensors go.
TEST_P(CoverageLaw, EveryDTypeClaimedHasARowAndAKernel) {
  const std::vector<Case> cases = CasesOf(op());
  std::set<DType> rows;
  for (const Case& c : cases) {
    if (const std::optional<DType> dtype = MainDType(c)) rows.insert(*dtype);
  }
  Stack stack;
  for (const Case& c : cases) {
    if (!MainDType(c).has_value()) continue;
    for (int i = 0; i < kDTypeCount; ++i) {
      const DType dtype = static_cast<DType>(i);
      const Case recast = WithDType(c, dtype);
      if (!SpecAccepts(recast)) continue;
      const absl::Status ran = RunCase(stack, recast).status();
      EXPECT_TRUE(ran.ok()) << c.name << " as " << Name(dtype) << ": " << ran;
      const bool has_rows = !op().is_internal || op().expand == nullptr;
      if (has_rows && IsUniform(c)) {
        EXPECT_TRUE(rows.count(dtype) != 0) << "no row for " << Name(dtype);
      }
    }
  }
}

TEST_P(CoverageLaw, EveryOpHasRowsThatItsSpecAccepts) {
  const std::vector<Case> cases = CasesOf(op());
  EXPECT_FALSE(cases.empty()) << op().name << " has no row under tests/conformance/cases";
  for (const Case& c : cases) {
    EXPECT_TRUE(SpecAccepts(c)) << c.name;
    EXPECT_TRUE(c.outputs_known || op().is_random || op().expand != nullptr)
        << c.name << " has no reference values";
  }
}

TEST_P(CoverageLaw, EmptyAndScalarInputsHaveRows) {
  const std::vector<Case> cases = CasesOf(op());
  if (op().inputs.empty()) return;
  bool has_empty = false, takes_empty = false, has_scalar = false, takes_scalar = false;
  for (const Case& c : cases) {
    Case empty = c;
    for (CaseTensor& input : empty.inputs) {
      std::fill(input.spec.shape.begin(), input.spec.shape.end(), 0);
    }
    const bool is_empty = std::any_of(empty.inputs.begin(), empty.inputs.end(), [](const auto& t) {
      return !t.is_number() && t.spec.element_count() == 0;
    });
    takes_empty = takes_empty || (is_empty && SpecAccepts(empty));
    Case scalars = c;
    for (CaseTensor& input : scalars.inputs) {
      input.spec.shape.clear();
      input.spec.strides.clear();
      input.spec.offset = 0;
    }
    takes_scalar = takes_scalar || SpecAccepts(scalars);
    for (const CaseTensor& input : c.inputs) {
      has_empty = has_empty || input.values.empty();
      has_scalar = has_scalar || (!input.is_number() && input.spec.shape.empty());
    }
  }
  EXPECT_TRUE(has_empty || !takes_empty);
  EXPECT_TRUE(has_scalar || !takes_scalar);
}

TEST(TablesTest, NameOnlyOpsThatExist) { EXPECT_THAT(UnknownOps(), ::testing::IsEmpty()); }

GRADD_FOR_EVERY_OP(CoverageLaw);

}  // namespace
}  // namespace gradd::conformance
