// Every optimizer with every combination of options against values that NumPy computed.
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/optim/kinds.h"

namespace gradd {
namespace {

using testing::As;
using ::testing::DoubleNear;
using testing::Engine;
using testing::Must;
using testing::OptimizerCase;
using ::testing::Pointwise;

struct ReferenceCase {
  OptimizerCase optimizer;
  std::vector<std::vector<double>> parameters;  // after each step
  std::map<std::string, std::vector<double>> states;
};

struct Reference {
  std::vector<double> start;
  std::vector<std::vector<double>> gradients;
  std::vector<ReferenceCase> cases;
};

std::vector<double> Rest(std::istringstream& line) {
  std::vector<double> numbers;
  for (std::string word; line >> word;) numbers.push_back(std::stod(word));
  return numbers;
}

const Reference& Values() {
  static const Reference* const kReference = [] {
    auto* reference = new Reference;
    // script/gpu-check runs this far from the sources.
    const char* const elsewhere = std::getenv("GRADD_OPTIMIZER_REFERENCE_VALUES");
    std::ifstream file(elsewhere ? elsewhere : GRADD_REFERENCE_VALUES);
    for (std::string text; std::getline(file, text);) {
      std::istringstream line(text);
      std::string word, name;
      line >> word;
      std::vector<ReferenceCase>& cases = reference->cases;
      if (word == "start") reference->start = Rest(line);
      if (word == "gradient") reference->gradients.push_back(Rest(line));
      if (word == "case") {
        line >> name;
        cases.push_back({{name, {}}, {}, {}});
      }
      if (word == "option") {
        line >> name;
        cases.back().optimizer.options[name] = Rest(line)[0];
      }
      if (word == "parameter") cases.back().parameters.push_back(Rest(line));
      if (word == "state") {
        line >> name;
        cases.back().states[name] = Rest(line);
      }
    }
    return reference;
  }();
  return *kReference;
}

std::string TitleOf(const OptimizerCase& c) {
  std::string title = c.kind;
  for (const auto& [name, value] : c.options) title += absl::StrCat(" ", name, "=", value);
  return title;
}

std::vector<double> Doubles(Engine& e, const Value& value) {
  return e.Read(e.Op("to", {value}, {DType::kFloat64, std::monostate()}));
}

template <class T>
void Follows(DeviceId device, double tolerance) {
  const Reference& reference = Values();
  ASSERT_GT(reference.cases.size(), 50);
  for (const ReferenceCase& c : reference.cases) {
    SCOPED_TRACE(TitleOf(c.optimizer));
    Engine e(device);
    const Value p = e.Tensor<T>({3}, As<T>(reference.start), true);
    const auto optimizer = c.optimizer.Make({p});
    for (size_t step = 0; step < c.parameters.size(); ++step) {
      Must(e.tape.SetGrad(p, e.Tensor<T>({3}, As<T>(reference.gradients[step]))));
      Must(optimizer->Step(e.tape, e.eager, e.cancellation));
      EXPECT_THAT(Doubles(e, p), Pointwise(DoubleNear(tolerance), c.parameters[step]))
          << "step " << step + 1;
    }
    const Optimizer::State state = Must(optimizer->StateOf(0, 0));
    EXPECT_EQ(state.step, static_cast<int64_t>(c.parameters.size()));
    EXPECT_EQ(state.tensors.size(), c.states.size());
    for (const auto& [name, tensor] : state.tensors) {
      ASSERT_TRUE(c.states.count(name)) << name;
      EXPECT_THAT(Doubles(e, tensor), Pointwise(DoubleNear(tolerance), c.states.at(name))) << name;
    }
  }
}

TEST(Reference, Float64) { Follows<double>({}, 1e-14); }
TEST(Reference, Float32) { Follows<float>({}, 2e-6); }
TEST(Reference, Float16) { Follows<Half>({}, 1e-2); }
TEST(Reference, BFloat16) { Follows<BFloat16>({}, 5e-2); }
TEST(Reference, Sim) { Follows<float>({DeviceKind::kSim, 0}, 2e-6); }

// Elements of 16 bits are computed with as floats, and rounded once.
template <class T>
void RoundsOnce(const OptimizerCase& c) {
  constexpr int64_t kCount = 1000;  // more than are converted at once
  const std::vector<T> start = As<T>(testing::Numbers(kCount, 0));
  const std::vector<T> gradient = As<T>(testing::Numbers(kCount, 1));
  Engine e;
  const Value narrow = e.Tensor<T>({kCount}, start, true);
  const Value wide = e.Tensor<float>({kCount}, {start.begin(), start.end()}, true);
  Must(e.tape.SetGrad(narrow, e.Tensor<T>({kCount}, gradient)));
  Must(e.tape.SetGrad(wide, e.Tensor<float>({kCount}, {gradient.begin(), gradient.end()})));
  const auto of_narrow = c.Make({narrow}), of_wide = c.Make({wide});
  Must(of_narrow->Step(e.tape, e.eager, e.cancellation));
  Must(of_wide->Step(e.tape, e.eager, e.cancellation));
  const auto rounded = [&](const Value& value) {
    return Doubles(e, e.Op("to", {value}, {narrow->spec().dtype, std::monostate()}));
  };
  EXPECT_EQ(Doubles(e, narrow), rounded(wide));
  const auto states = Must(of_narrow->StateOf(0, 0)).tensors;
  const auto wide_states = Must(of_wide->StateOf(0, 0)).tensors;
  ASSERT_EQ(states.size(), wide_states.size());
  for (size_t i = 0; i < states.size(); ++i) {
    EXPECT_EQ(states[i].second->spec().dtype, narrow->spec().dtype);
    EXPECT_EQ(Doubles(e, states[i].second), rounded(wide_states[i].second)) << states[i].first;
  }
}

class HalfLaw : public testing::OptimizerLaw {};
TEST_P(HalfLaw, Float16) { RoundsOnce<Half>(GetParam()); }
TEST_P(HalfLaw, BFloat16) { RoundsOnce<BFloat16>(GetParam()); }
GRADD_FOR_EVERY_OPTIMIZER(HalfLaw);

}  // namespace
}  // namespace gradd
