#include "core/ops/optim/options.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/status.h"

namespace gradd {
namespace {

using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// The error of options for a kind; empty: none.
std::string Refused(const std::string& kind, const NamedOptions& options) {
  const OptimizerKind& found = *FindOptimizerKind(kind);
  const absl::Status status = WithOptions(found, DefaultsOf(found), options).status();
  EXPECT_NE(status.code(), absl::StatusCode::kInternal);
  return std::string(status.message());
}

TEST(OptimizerOptions, DefaultsAreThoseOfPyTorch) {
  const auto defaults = [](const char* name) {
    const OptimizerKind& kind = *FindOptimizerKind(name);
    return NamesOf(kind, DefaultsOf(kind));
  };
  EXPECT_THAT(defaults("sgd"), UnorderedElementsAre(Pair("lr", 1e-3), Pair("momentum", 0),
                                                    Pair("dampening", 0), Pair("weight_decay", 0),
                                                    Pair("nesterov", 0), Pair("maximize", 0)));
  EXPECT_THAT(defaults("adam"),
              UnorderedElementsAre(Pair("lr", 1e-3), Pair("beta1", 0.9), Pair("beta2", 0.999),
                                   Pair("eps", 1e-8), Pair("weight_decay", 0), Pair("amsgrad", 0),
                                   Pair("maximize", 0)));
  EXPECT_EQ(defaults("adamw").at("weight_decay"), 1e-2);
  EXPECT_THAT(defaults("rmsprop"),
              UnorderedElementsAre(Pair("lr", 1e-2), Pair("alpha", 0.99), Pair("eps", 1e-8),
                                   Pair("weight_decay", 0), Pair("momentum", 0),
                                   Pair("centered", 0), Pair("maximize", 0)));
  EXPECT_EQ(FindOptimizerKind("adamant"), nullptr);
}

TEST(OptimizerOptions, TextsAreThoseOfPyTorch) {
  for (const std::string kind : {"sgd", "adam", "adamw", "rmsprop"}) {
    EXPECT_EQ(Refused(kind, {{"lr", -0.5}}), "Invalid learning rate: -0.5");
    EXPECT_EQ(Refused(kind, {{"lr", -1}}), "Invalid learning rate: -1.0");
    EXPECT_EQ(Refused(kind, {{"weight_decay", -1e-5}}), "Invalid weight_decay value: -1e-05");
    EXPECT_EQ(Refused(kind, {{"lr", NAN}}), "Invalid learning rate: nan");
    EXPECT_EQ(Refused(kind, {{"maximize", 0.5}}), "Invalid maximize flag: 0.5");
    EXPECT_EQ(Refused(kind, {{"speed\n", 1}}), "the optimizer has no option 'speed\\n'");
    EXPECT_THAT(Refused(kind, {{"lr", 0}, {"weight_decay", 3}}), IsEmpty());
  }
  for (const std::string kind : {"adam", "adamw"}) {
    EXPECT_EQ(Refused(kind, {{"beta1", 1}}), "Invalid beta parameter at index 0: 1.0");
    EXPECT_EQ(Refused(kind, {{"beta2", -0.1}}), "Invalid beta parameter at index 1: -0.1");
    EXPECT_EQ(Refused(kind, {{"eps", -1e-8}}), "Invalid epsilon value: -1e-08");
    EXPECT_EQ(Refused(kind, {{"eps", -1}, {"beta1", 2}, {"lr", -1}}), "Invalid learning rate: -1.0")
        << "the first in PyTorch's order";
  }
  EXPECT_EQ(Refused("rmsprop", {{"alpha", -1}}), "Invalid alpha value: -1.0");
  EXPECT_EQ(Refused("rmsprop", {{"momentum", -0.25}}), "Invalid momentum value: -0.25");
  EXPECT_EQ(Refused("sgd", {{"momentum", -1e16}}), "Invalid momentum value: -1e+16");
}

TEST(OptimizerOptions, NesterovNeedsMomentumAndNoDampening) {
  const char* const kText = "Nesterov momentum requires a momentum and zero dampening";
  EXPECT_EQ(Refused("sgd", {{"nesterov", 1}}), kText);
  EXPECT_EQ(Refused("sgd", {{"nesterov", 1}, {"momentum", 0.9}, {"dampening", 0.1}}), kText);
  EXPECT_THAT(Refused("sgd", {{"nesterov", 1}, {"momentum", 0.9}}), IsEmpty());
}

TEST(OptimizerOptions, WhatIsNotGivenStays) {
  const OptimizerKind& kind = *FindOptimizerKind("adam");
  absl::StatusOr<OptionValues> values = WithOptions(kind, DefaultsOf(kind), {{"lr", 5}});
  ASSERT_TRUE(values.ok());
  values = WithOptions(kind, *values, {{"eps", 0.5}});
  ASSERT_TRUE(values.ok());
  const NamedOptions all = NamesOf(kind, *values);
  EXPECT_EQ(all.at("lr"), 5);
  EXPECT_EQ(all.at("eps"), 0.5);
  EXPECT_EQ(all.at("beta1"), 0.9);
}

}  // namespace
}  // namespace gradd
