#include "tests/conformance/law.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>

#include "absl/strings/str_join.h"

namespace gradd::conformance {
namespace {

std::map<std::string, std::vector<std::string>>& Exemptions() {
  static auto* const kExemptions = new std::map<std::string, std::vector<std::string>>;
  return *kExemptions;
}

class Report final : public ::testing::Environment {
 public:
  void TearDown() override {
    for (const auto& [law, ops] : Exemptions()) {
      std::cout << "exempt from \"" << law << "\": " << ops.size() << " ("
                << absl::StrJoin(ops, ", ") << ")\n";
    }
  }
};

const ::testing::Environment* const kReport = ::testing::AddGlobalTestEnvironment(new Report);

double Tolerance(DType dtype) {
  switch (dtype) {
    case DType::kFloat16:
      return 1e-3;  // one unit in the last place
    case DType::kBFloat16:
      return 8e-3;
    case DType::kFloat32:
      return 3e-6;
    case DType::kFloat64:
      return 1e-13;
    default:
      return 0;
  }
}

// The cases with floating inputs and a floating output: those with float64 only, or the rest.
std::vector<Case> FloatingCases(const Op& op, bool double_only) {
  std::vector<Case> cases;
  for (Case& c : CasesOf(op)) {
    absl::InlinedVector<const TensorSpec*, 3> inputs;
    for (const CaseTensor& input : c.inputs) inputs.push_back(&input.spec);
    Specs all;
    if (!InferSpecs(op, inputs, Attributes(c.attributes), all).ok()) continue;  // CoverageLaw fails
    // Of max_dim's outputs one is floating and has a derivative.
    all.erase(std::remove_if(all.begin(), all.end(),
                             [](const TensorSpec& output) { return !IsFloating(output.dtype); }),
              all.end());
    if (FloatingInputs(c).empty() || all.empty()) continue;
    for (const size_t i : FloatingInputs(c)) all.push_back(c.inputs[i].spec);
    const bool is_double = std::all_of(all.begin(), all.end(), [](const TensorSpec& spec) {
      return spec.dtype == DType::kFloat64;
    });
    if (is_double == double_only) cases.push_back(std::move(c));
  }
  return cases;
}

}  // namespace

void Exempt(const std::string& law, const Op& op) { Exemptions()[law].push_back(op.name); }

absl::StatusOr<Values> RunCase(Stack& stack, const Case& c) {
  return stack.eager().Apply(*c.op, stack.Make(c.inputs), stack.Fill(c.attributes));
}

void ExpectNear(DType dtype, const std::vector<double>& actual, const std::vector<double>& expected,
                double slack) {
  ASSERT_EQ(actual.size(), expected.size());
  const double tolerance = Tolerance(dtype) * slack;
  for (size_t i = 0; i < actual.size(); ++i) {
    if (actual[i] == expected[i] || (std::isnan(actual[i]) && std::isnan(expected[i]))) continue;
    ASSERT_TRUE(std::isfinite(expected[i]))
        << "element " << i << " is " << actual[i] << ", expected " << expected[i];
    ASSERT_LE(std::abs(actual[i] - expected[i]), tolerance * std::max(1.0, std::abs(expected[i])))
        << "element " << i << " is " << actual[i] << ", expected " << expected[i];
  }
}

std::vector<Case> DerivativeCases(const Op& op) { return FloatingCases(op, true); }
std::vector<Case> SinglePrecisionCases(const Op& op) { return FloatingCases(op, false); }

std::vector<size_t> FloatingInputs(const Case& c) {
  std::vector<size_t> positions;
  for (size_t i = 0; i < c.inputs.size(); ++i) {
    if (!c.inputs[i].is_number() && IsFloating(c.inputs[i].spec.dtype)) positions.push_back(i);
  }
  return positions;
}

std::vector<double> Directions(size_t count, int seed) {
  std::vector<double> values;
  double state = 0.1234567 + 0.7318 * seed;
  for (size_t i = 0; i < count; ++i) {
    state = std::fmod(state * 97.31 + 0.531, 1.0);
    values.push_back(2 * state - 1);
  }
  return values;
}

}  // namespace gradd::conformance
