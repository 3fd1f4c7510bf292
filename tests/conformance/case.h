// The cases of the conformance tables, as tests/conformance/generate_reference.py wrote them.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "core/ops/op.h"

namespace gradd::conformance {

// A tensor in a case: a dtype, a layout and values, on whatever device the test runs.
struct CaseTensor {
  TensorSpec spec;             // weak: a plain number
  std::vector<double> values;  // row-major; integers beyond 2^53 don't occur

  bool is_number() const { return spec.weak; }
};

struct Case {
  const Op* op;
  std::string name;
  // A DeviceId stands for the device that the test runs on.
  std::vector<AttributeValue> attributes;
  std::vector<CaseTensor> inputs;
  // Empty for ops whose values the reference cannot know (random).
  std::vector<CaseTensor> outputs;
  bool outputs_known = true;
  std::string op_name;  // as the file has it, in case that there is no such op
};

// The cases of one file, in its order.
std::vector<Case> ReadCases(const std::string& path);

// The cases of `op`. Those of a fused pointwise_vjp primitive are made from its op's, because it
// has no row of its own; their outputs are not known, and are compared with the expansion.
std::vector<Case> CasesOf(const Op& op);

// Names in the tables that no op has.
std::vector<std::string> UnknownOps();

}  // namespace gradd::conformance
