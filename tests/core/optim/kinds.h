// What the laws of optimizers are tested with.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/optim/optimizer.h"
#include "tests/support/engine.h"

namespace gradd::testing {

// An optimizer with options that make it use all of its state.
struct OptimizerCase {
  std::string kind;
  NamedOptions options;

  std::unique_ptr<Optimizer> Make(std::vector<Value> parameters) const {
    std::vector<ParameterGroup> groups;
    groups.push_back({std::move(parameters), options});
    return Must(MakeOptimizer(kind, std::move(groups)));
  }
};

inline std::vector<OptimizerCase> OptimizerCases() {
  return {
      {"sgd", {{"lr", 0.1}, {"momentum", 0.9}, {"nesterov", 1}, {"weight_decay", 0.01}}},
      {"adam", {{"lr", 0.1}, {"amsgrad", 1}, {"weight_decay", 0.01}}},
      {"adamw", {{"lr", 0.1}}},
      {"rmsprop", {{"lr", 0.1}, {"momentum", 0.9}, {"centered", 1}, {"weight_decay", 0.01}}},
  };
}

// A law that every optimizer obeys.
class OptimizerLaw : public ::testing::TestWithParam<OptimizerCase> {};

#define GRADD_FOR_EVERY_OPTIMIZER(suite)                                                          \
  INSTANTIATE_TEST_SUITE_P(Kinds, suite, ::testing::ValuesIn(::gradd::testing::OptimizerCases()), \
                           [](const auto& info) { return info.param.kind; })

// `count` numbers that differ from each other and with `phase`.
inline std::vector<double> Numbers(int64_t count, double phase) {
  std::vector<double> numbers;
  for (int64_t i = 0; i < count; ++i) {
    numbers.push_back(std::sin(phase + 0.7 * static_cast<double>(i)));
  }
  return numbers;
}

template <class T>
std::vector<T> As(const std::vector<double>& numbers) {
  std::vector<T> converted;
  for (const double number : numbers) converted.push_back(static_cast<T>(number));
  return converted;
}

// Everything that an optimizer remembers.
inline std::vector<double> Remembered(Engine& e, const Optimizer& optimizer) {
  std::vector<double> all;
  optimizer.ForEachNumber([&](double number) { all.push_back(number); });
  optimizer.ForEachState([&](const Value& state) {
    for (const double number : e.Read(e.Op("to", {state}, {DType::kFloat64, std::monostate()}))) {
      all.push_back(number);
    }
  });
  return all;
}

}  // namespace gradd::testing
