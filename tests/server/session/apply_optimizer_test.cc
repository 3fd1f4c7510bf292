// Optimizers as clients see them: commands and handles.
#include <cmath>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/status.h"
#include "tests/support/session_driver.h"

namespace gradd::server {
namespace {

using ::testing::ElementsAre;
using testing::Must;
using testing::SessionDriver;

class ApplyOptimizer : public ::testing::Test {
 protected:
  // The reason of the error, or "OK"; the lane goes on.
  std::string Apply(const std::function<void(v1::Command&)>& fill) {
    v1::Command command;
    fill(command);
    result = d.Apply(command);
    ++d.epoch;
    const absl::Status status = d.StatusOf(result);
    message = std::string(status.message());
    return status.ok() ? "OK" : ErrorReason(status);
  }
  uint64_t Make(const std::string& kind, const std::vector<uint64_t>& parameters,
                const std::map<std::string, double>& options = {}) {
    const uint64_t handle = d.NewHandle();
    EXPECT_EQ(Apply([&](v1::Command& command) {
                v1::CreateOptimizerRequest& make = *command.mutable_create_optimizer();
                make.set_handle(handle);
                make.set_kind(kind);
                v1::ParameterGroup* group = make.add_groups();
                group->mutable_parameters()->Assign(parameters.begin(), parameters.end());
                group->mutable_options()->insert(options.begin(), options.end());
              }),
              "OK");
    return handle;
  }
  std::string Step(uint64_t optimizer, bool zero_grad = false) {
    return Apply([&](v1::Command& command) {
      command.mutable_step()->set_optimizer(optimizer);
      command.mutable_step()->set_zero_grad(zero_grad);
    });
  }
  std::string SetGrad(uint64_t tensor, const std::vector<double>& grad) {
    return Apply([&](v1::Command& command) {
      command.mutable_set_grad()->set_tensor(tensor);
      command.mutable_set_grad()->set_grad(d.Tensor(grad));
    });
  }
  std::string State(uint64_t optimizer, uint32_t group, uint32_t parameter, uint64_t handle) {
    return Apply([&](v1::Command& command) {
      v1::GetOptimizerStateRequest& get = *command.mutable_get_optimizer_state();
      get.set_optimizer(optimizer);
      get.set_group(group);
      get.set_parameter(parameter);
      get.set_handle(handle);
    });
  }

  SessionDriver d;
  v1::Result result;
  std::string message;
};

TEST_F(ApplyOptimizer, AGroupCanComeLater) {
  const uint64_t a = d.Tensor({1}, true), b = d.Tensor({1}, true);
  const uint64_t sgd = Make("sgd", {a}, {{"lr", 1}});
  const int64_t used = d.session().budget().used();
  const auto add = [&](uint64_t parameter) {
    return Apply([&](v1::Command& command) {
      command.mutable_add_parameter_group()->set_optimizer(sgd);
      v1::ParameterGroup* group = command.mutable_add_parameter_group()->mutable_group();
      group->add_parameters(parameter);
      (*group->mutable_options())["lr"] = 0.5;
    });
  };
  EXPECT_EQ(add(a), "PARAMETER_REPEATED");
  EXPECT_EQ(add(d.Op("sin", {a})), "NOT_A_LEAF");
  EXPECT_EQ(add(d.NewHandle()), "HANDLE_NOT_FOUND");
  d.session().strand_budget().FailReservation(1);
  EXPECT_EQ(add(b), "OUT_OF_MEMORY");
  d.session().strand_budget().FailReservation(0);
  EXPECT_EQ(add(b), "OK");
  EXPECT_GT(d.session().budget().used(), used + 1000) << "what it takes is counted";
  for (const uint64_t tensor : {a, b}) EXPECT_EQ(SetGrad(tensor, {1}), "OK");
  EXPECT_EQ(Step(sgd), "OK");
  EXPECT_THAT(d.Read(a), ElementsAre(0));
  EXPECT_THAT(d.Read(b), ElementsAre(0.5));
}

TEST_F(ApplyOptimizer, OptionsChangeByName) {
  const uint64_t a = d.Tensor({1}, true);
  const uint64_t sgd = Make("sgd", {a}, {{"lr", 1}});
  const auto set = [&](const std::string& name, double value, uint32_t group = 0) {
    return Apply([&](v1::Command& command) {
      command.mutable_set_optimizer_options()->set_optimizer(sgd);
      command.mutable_set_optimizer_options()->set_group(group);
      (*command.mutable_set_optimizer_options()->mutable_options())[name] = value;
    });
  };
  EXPECT_EQ(set("lr", 0.25), "OK");
  EXPECT_EQ(set("lr", -0.1), "OPTION_OUT_OF_RANGE");
  EXPECT_EQ(message, "Invalid learning rate: -0.1");
  EXPECT_EQ(set("speed", 1), "OPTION_UNKNOWN");
  EXPECT_EQ(set("lr", 1, 1), "GROUP_UNKNOWN");
  EXPECT_EQ(SetGrad(a, {1}), "OK");
  EXPECT_EQ(Step(sgd), "OK");
  EXPECT_THAT(d.Read(a), ElementsAre(0.75));
}

TEST_F(ApplyOptimizer, AStepCanZeroTheGradients) {
  const uint64_t a = d.Tensor({1}, true);
  const uint64_t sgd = Make("sgd", {a}, {{"lr", 1}});
  EXPECT_EQ(SetGrad(a, {1}), "OK");
  EXPECT_EQ(Step(sgd, true), "OK");
  EXPECT_EQ(d.Grad(a), 0);
  EXPECT_THAT(d.Read(a), ElementsAre(0));
}

TEST_F(ApplyOptimizer, OneCommandZeroesManyGradients) {
  const uint64_t a = d.Tensor({1}, true), b = d.Tensor({1}, true), c = d.Tensor({1}, true);
  const uint64_t sgd = Make("sgd", {a, b});
  const auto zero = [&](bool keep, uint64_t optimizer) {
    return Apply([&](v1::Command& command) {
      command.mutable_zero_grad()->set_optimizer(optimizer);
      command.mutable_zero_grad()->add_tensors(c);
      command.mutable_zero_grad()->set_zero(keep);
    });
  };
  for (const uint64_t tensor : {a, b, c}) EXPECT_EQ(SetGrad(tensor, {1}), "OK");
  EXPECT_EQ(zero(true, sgd), "OK");
  for (const uint64_t tensor : {a, b, c}) EXPECT_THAT(d.Read(d.Grad(tensor)), ElementsAre(0));
  EXPECT_EQ(zero(false, 0), "OK");
  EXPECT_EQ(d.Grad(c), 0);
  EXPECT_NE(d.Grad(a), 0);
  EXPECT_EQ(zero(false, a), "HANDLE_NOT_FOUND") << "a tensor is no optimizer";
}

TEST_F(ApplyOptimizer, TheStateIsReadAndWrittenByHandle) {
  const uint64_t a = d.Tensor({1, 2}, true);
  const uint64_t adam = Make("adam", {a});
  const uint64_t none = d.NewHandle();
  EXPECT_EQ(State(adam, 0, 0, none), "OK");
  EXPECT_EQ(result.get_optimizer_state().step(), 0);
  EXPECT_EQ(result.get_optimizer_state().names_size(), 0);
  EXPECT_EQ(SetGrad(a, {1, -1}), "OK");
  EXPECT_EQ(Step(adam), "OK");

  const uint64_t average = d.NewHandle(), square = d.NewHandle();
  EXPECT_EQ(State(adam, 0, 0, average), "OK");
  EXPECT_EQ(result.get_optimizer_state().step(), 1);
  EXPECT_THAT(result.get_optimizer_state().names(), ElementsAre("exp_avg", "exp_avg_sq"));
  EXPECT_NEAR(d.Read(average)[1], -0.1, 1e-15);
  EXPECT_NEAR(d.Read(square)[1], 0.001, 1e-15);
  EXPECT_EQ(Step(adam), "OK");
  EXPECT_NEAR(d.Read(average)[1], -0.19, 1e-15) << "it is the state itself";

  EXPECT_EQ(State(adam, 0, 1, d.NewHandle()), "PARAMETER_UNKNOWN");
  EXPECT_EQ(State(adam, 0, 0, a), "HANDLE_IN_USE");
  const auto set = [&](const std::string& name, uint64_t tensor, int64_t step) {
    return Apply([&](v1::Command& command) {
      v1::SetOptimizerStateRequest& state = *command.mutable_set_optimizer_state();
      state.set_optimizer(adam);
      state.set_step(step);
      (*state.mutable_tensors())[name] = tensor;
    });
  };
  EXPECT_EQ(set("exp_avg", d.Tensor({1}), 1), "SHAPE_MISMATCH");
  EXPECT_EQ(set("speed", average, 1), "STATE_UNKNOWN");
  EXPECT_EQ(set("exp_avg", average, -1), "STEP_OUT_OF_RANGE");
  EXPECT_EQ(set("exp_avg", average, INT64_MAX), "STEP_OUT_OF_RANGE");
  EXPECT_EQ(set("exp_avg", d.Tensor({5, 6}), 7), "OK");
  const uint64_t loaded = d.NewHandle();
  EXPECT_EQ(State(adam, 0, 0, loaded), "OK");
  EXPECT_EQ(result.get_optimizer_state().step(), 7);
  EXPECT_THAT(result.get_optimizer_state().names(), ElementsAre("exp_avg"));
  EXPECT_THAT(d.Read(loaded), ElementsAre(5, 6));
  EXPECT_NEAR(d.Read(average)[1], -0.19, 1e-15) << "whoever holds the old state keeps it";
}

TEST_F(ApplyOptimizer, TheNormThatWasClippedHasAHandle) {
  const uint64_t a = d.Tensor({0, 0}, true), b = d.Tensor({0}, true);
  EXPECT_EQ(SetGrad(a, {3, 4}), "OK");
  const auto clip = [&](uint64_t total, double norm_type, bool error_if_nonfinite = false) {
    return Apply([&](v1::Command& command) {
      v1::ClipGradNormRequest& request = *command.mutable_clip_grad_norm();
      request.add_parameters(a);
      request.add_parameters(b);
      request.set_max_norm(1);
      if (norm_type != 0) request.set_norm_type(norm_type);
      request.set_error_if_nonfinite(error_if_nonfinite);
      request.set_total_norm(total);
    });
  };
  const uint64_t total = d.NewHandle(), largest = d.NewHandle(), failed = d.NewHandle();
  EXPECT_EQ(clip(total, 0), "OK");
  EXPECT_THAT(d.Read(total), ElementsAre(5)) << "the Euclidean norm unless another is asked for";
  EXPECT_NEAR(d.Read(d.Grad(a))[0], 0.6, 1e-6);
  EXPECT_EQ(clip(largest, INFINITY), "OK");
  EXPECT_NEAR(d.Read(largest)[0], 0.8, 1e-6);
  EXPECT_EQ(clip(d.NewHandle(), NAN), "NORM_TYPE");
  EXPECT_EQ(clip(a, 2), "HANDLE_IN_USE");
  EXPECT_EQ(SetGrad(b, {INFINITY}), "OK");
  EXPECT_EQ(clip(failed, 2, true), "NORM_NONFINITE");
  EXPECT_EQ(Apply([&](v1::Command& command) { command.mutable_fetch()->set_handle(failed); }),
            "NORM_NONFINITE");
  EXPECT_NEAR(d.Read(d.Grad(a))[0], 0.6, 1e-6) << "nothing was scaled";
}

TEST_F(ApplyOptimizer, ValuesAreClipped) {
  const uint64_t a = d.Tensor({0, 0}, true);
  EXPECT_EQ(SetGrad(a, {-3, 0.5}), "OK");
  EXPECT_EQ(Apply([&](v1::Command& command) {
              command.mutable_clip_grad_value()->add_parameters(a);
              command.mutable_clip_grad_value()->set_clip_value(1);
            }),
            "OK");
  EXPECT_THAT(d.Read(d.Grad(a)), ElementsAre(-1, 0.5));
}

}  // namespace
}  // namespace gradd::server
