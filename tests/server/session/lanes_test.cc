// For each class of failure the session is left as an exception at that line would have left it,
// and the error names the op and the line.
#include "server/session/lanes.h"

#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/session_driver.h"

namespace gradd::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Must;
using testing::SessionDriver;

// A failing command, between two in-place ops of the same lane: the first happened, the second did
// not.
struct Failure {
  std::string name;
  std::string op;    // that the error names
  std::string text;  // that it contains
  std::function<v1::Result(SessionDriver&, uint64_t x)> fail;
};

class LanesTest : public ::testing::TestWithParam<Failure> {};

INSTANTIATE_TEST_SUITE_P(
    Classes, LanesTest,
    ::testing::Values(
        Failure{"SpecErrorForcedPastTheClient", "add", "must match the size",
                [](SessionDriver& d, uint64_t x) {
                  return d.Apply(SessionDriver::Call("add", {x, d.Tensor({1, 2, 3})}, d.NewHandle(),
                                                     "user.cc:7"));
                }},
        Failure{"IndexErrorInAKernel", "index_select", "index out of range",
                [](SessionDriver& d, uint64_t x) {
                  const uint64_t index = d.Indices({0, 9});
                  v1::Command command =
                      SessionDriver::Call("index_select", {x, index}, d.NewHandle(), "user.cc:7");
                  command.mutable_forward()->mutable_calls(0)->add_attributes()->set_int_value(0);
                  return d.Apply(command);
                }},
        Failure{"Quota", "full", "bytes allowed",
                [](SessionDriver& d, uint64_t) {
                  v1::Command command = SessionDriver::Call("full", {}, d.NewHandle(), "user.cc:7");
                  v1::OpCall* call = command.mutable_forward()->mutable_calls(0);
                  call->add_attributes()->mutable_ints_value()->add_values(int64_t{1} << 50);
                  call->add_attributes()->mutable_scalar_value()->set_float_value(1);
                  return d.Apply(command);
                }},
        Failure{"SavedTensorModified", "backward", "modified by an inplace operation",
                [](SessionDriver& d, uint64_t) {
                  const uint64_t leaf = d.Tensor({1}, true);
                  const uint64_t middle = d.Op("neg", {leaf});
                  const uint64_t y = d.Op("sin", {middle});
                  (void)d.InPlace("neg", {middle});
                  return d.Backward(y, "user.cc:7");
                }},
        Failure{"LeafInPlace", "neg", "a leaf Variable that requires grad",
                [](SessionDriver& d, uint64_t) {
                  return d.InPlace("neg", {d.Tensor({1}, true)}, "user.cc:7");
                }},
        Failure{"FreedGraph", "backward", "a second time",
                [](SessionDriver& d, uint64_t) {
                  const uint64_t y = d.Op("exp", {d.Tensor({1}, true)});
                  Must(d.StatusOf(d.Backward(y)));
                  return d.Backward(y, "user.cc:7");
                }}),
    [](const auto& info) { return info.param.name; });

TEST_P(LanesTest, StateIsAsAfterAnException) {
  for (const bool sim : {false, true}) {
    SessionDriver d({}, sim);
    const uint64_t x = d.Tensor({1, 2});
    (void)d.InPlace("neg", {x});  // before: happens
    codec::ErrorOrigin origin;
    const absl::Status status = d.StatusOf(GetParam().fail(d, x), &origin);
    EXPECT_THAT(std::string(status.message()), HasSubstr(GetParam().text));
    EXPECT_EQ(origin.op, GetParam().op);
    EXPECT_EQ(origin.source, "user.cc:7");

    // After it nothing of this lane and epoch happens, and everything says why.
    const uint64_t skipped = d.NewHandle();
    EXPECT_TRUE(d.Apply(SessionDriver::Call("sin", {x}, skipped)).has_status());
    EXPECT_TRUE(d.InPlace("neg", {x}).has_status());
    codec::ErrorOrigin again;
    const absl::Status fetched = d.StatusOf(d.Fetch(x), &again);
    EXPECT_EQ(fetched.message(), status.message());
    EXPECT_EQ(again, origin);

    // Another lane goes on, and hears of the failure only through its handles.
    d.lane = 2;
    EXPECT_THAT(d.Read(x), ElementsAre(-1, -2));
    EXPECT_EQ(d.StatusOf(d.Fetch(skipped)).message(), status.message());
    ++d.epoch;
    EXPECT_THAT(d.Read(x), ElementsAre(-1, -2));

    // The client has heard of it.
    d.lane = 1;
    EXPECT_THAT(d.Read(x), ElementsAre(-1, -2));
    EXPECT_EQ(d.StatusOf(d.Fetch(skipped)).message(), status.message())
        << "a handle keeps its error";
  }
}

TEST(Lanes, ACommandsEarlierCallsStand) {
  SessionDriver d;
  const uint64_t x = d.Tensor({1});
  v1::Command command = SessionDriver::Call("neg", {x}, d.NewHandle());
  const uint64_t first = command.forward().calls(0).output();
  *command.mutable_forward()->add_calls() =
      SessionDriver::Call("no_such_op", {x}, d.NewHandle()).forward().calls(0);
  const uint64_t third = d.NewHandle();
  *command.mutable_forward()->add_calls() =
      SessionDriver::Call("neg", {x}, third).forward().calls(0);
  EXPECT_THAT(std::string(d.StatusOf(d.Apply(command)).message()), HasSubstr("no_such_op"));
  ++d.epoch;
  EXPECT_THAT(d.Read(first), ElementsAre(-1));
  EXPECT_THAT(std::string(d.StatusOf(d.Fetch(third)).message()), HasSubstr("no_such_op"));
}

TEST(Lanes, AnInputsErrorIsInherited) {
  SessionDriver d;
  const uint64_t bad = d.Op("no_such_op", {}, "user.cc:1");
  d.lane = 2;
  codec::ErrorOrigin origin;
  const absl::Status status =
      d.StatusOf(d.Apply(SessionDriver::Call("sin", {bad}, d.NewHandle(), "user.cc:2")), &origin);
  EXPECT_THAT(std::string(status.message()), HasSubstr("no_such_op"));
  EXPECT_EQ(origin.source, "user.cc:1");
}

Lanes FailedUpTo(uint32_t lanes, size_t limit) {
  Lanes failed(limit);
  for (uint32_t lane = 1; lane <= lanes; ++lane) {
    failed.Fail(lane, 0,
                MakeRef<Cause>(absl::InternalError(std::to_string(lane)), codec::ErrorOrigin()));
  }
  return failed;
}

TEST(Lanes, AreForgottenWhenTheClientHasHeard) {
  Lanes lanes = FailedUpTo(3, 10);
  EXPECT_EQ(lanes.Blocking(2, 0)->status.message(), "2");
  EXPECT_EQ(lanes.failed_count(), 3);
  EXPECT_EQ(lanes.Blocking(2, 1), nullptr);
  EXPECT_EQ(lanes.failed_count(), 2);
  EXPECT_EQ(lanes.Blocking(4, 0), nullptr);
}

TEST(Lanes, AreKeptInABoundedNumber) {
  Lanes lanes = FailedUpTo(3, 3);
  const CausePtr refused = lanes.Blocking(4, 0);
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(refused->status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(lanes.Blocking(1, 0)->status.message(), "1");
  EXPECT_EQ(lanes.Blocking(1, 1), nullptr);
  EXPECT_EQ(lanes.Blocking(4, 0), nullptr);
}

// Backward and Step fail whole: an allocation that fails anywhere changes no gradient and no
// parameter.
TEST(Lanes, BackwardAndStepFailWhole) {
  for (int64_t n = 1;; ++n) {
    SessionDriver d;
    const uint64_t w = d.Tensor({1, 2, 3}, true);
    v1::Command make;
    const uint64_t optimizer = d.NewHandle();
    make.mutable_create_optimizer()->set_handle(optimizer);
    make.mutable_create_optimizer()->set_kind("adam");
    v1::ParameterGroup* group = make.mutable_create_optimizer()->add_groups();
    group->add_parameters(w);
    (*group->mutable_options())["lr"] = 0.1;
    (*group->mutable_options())["amsgrad"] = 1;
    EXPECT_FALSE(d.Apply(make).has_status());
    const auto loss = [&] { return d.Op("sum", {d.Op("mul", {d.Op("exp", {w}), w})}); };
    Must(d.StatusOf(d.Backward(loss())));
    const std::vector<double> grad = d.Read(d.Grad(w)), weights = d.Read(w);
    const uint64_t root = loss();
    v1::Command step;
    step.mutable_step()->set_optimizer(optimizer);

    d.session().strand_budget().FailReservation(n);
    const absl::Status backward = d.StatusOf(d.Backward(root));
    if (!backward.ok()) {
      ++d.epoch;
      EXPECT_EQ(d.Read(d.Grad(w)), grad) << "at allocation " << n;
      EXPECT_EQ(d.Read(w), weights);
      continue;
    }
    const absl::Status stepped = d.StatusOf(d.Apply(step));
    d.session().strand_budget().FailReservation(0);
    if (stepped.ok()) {
      EXPECT_GT(n, 8) << "both commands allocate";
      EXPECT_NE(d.Read(w), weights);
      break;
    }
    ++d.epoch;
    EXPECT_EQ(d.Read(w), weights) << "at allocation " << n;
    Must(d.StatusOf(d.Apply(step)));
    EXPECT_NE(d.Read(w), weights);
  }
}

}  // namespace
}  // namespace gradd::server
