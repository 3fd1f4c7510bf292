// What the laws share: they run once for every op of the table and count where they don't apply.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/conformance/case.h"
#include "tests/conformance/stack.h"

namespace gradd::conformance {

// One law, run for each op.
class Law : public ::testing::TestWithParam<const Op*> {
 protected:
  const Op& op() const { return *GetParam(); }
};

// Instantiates the laws of a suite for every op: GRADD_FOR_EVERY_OP(ForwardLaw).
#define GRADD_FOR_EVERY_OP(suite)                                        \
  INSTANTIATE_TEST_SUITE_P(AllOps, suite, ::testing::ValuesIn(AllOps()), \
                           [](const auto& info) { return info.param->name; })

// Notes that `law` cannot hold for `op`, by what the op declares of itself. Printed at the end.
void Exempt(const std::string& law, const Op& op);

// The op on the inputs of `c`, on a stack's Eager.
absl::StatusOr<Values> RunCase(Stack& stack, const Case& c);

// Expects equal values to the precision of `dtype`, times `slack`.
void ExpectNear(DType dtype, const std::vector<double>& actual, const std::vector<double>& expected,
                double slack = 1);

// The cases of `op` on which derivatives are compared with finite differences: all floating tensors
// and outputs are float64, and there is one of each.
std::vector<Case> DerivativeCases(const Op& op);

// The others that have floating tensors and give floating outputs, in single or mixed precision.
std::vector<Case> SinglePrecisionCases(const Op& op);

// Positions of the floating tensors among the inputs.
std::vector<size_t> FloatingInputs(const Case& c);

// Numbers without a pattern, the same in each run.
std::vector<double> Directions(size_t count, int seed);

}  // namespace gradd::conformance
