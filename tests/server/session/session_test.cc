#include "server/session/session.h"

#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/session_driver.h"

namespace gradd::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Must;
using testing::SessionDriver;

TEST(Session, ComputesAndDifferentiates) {
  SessionDriver d;
  const uint64_t a = d.Tensor({0.5, 1.5}, true);
  const uint64_t loss = d.Op("sum", {d.Op("sin", {a})});
  EXPECT_FALSE(IsAnswer(d.Backward(loss)));
  EXPECT_THAT(d.Read(d.Grad(a)), ElementsAre(std::cos(0.5), std::cos(1.5)));
  EXPECT_EQ(d.session().stats().tensors, 4);
}

TEST(Session, ReleasedHandlesAreGoneAndMayBeUsedAgain) {
  SessionDriver d;
  const uint64_t a = d.Tensor({1});
  v1::Command release;
  release.mutable_release()->add_handles(a);
  release.mutable_release()->add_handles(12345);
  EXPECT_FALSE(d.Apply(release).has_status());
  EXPECT_EQ(d.session().stats().tensors, 0);
  EXPECT_EQ(d.StatusOf(d.Fetch(a)).code(), absl::StatusCode::kNotFound);
  ++d.epoch;
  EXPECT_FALSE(d.Apply(SessionDriver::Call("full", {}, a)).result_case());
}

TEST(Session, OneTextForEveryHandleThatIsNotThere) {
  SessionDriver d;
  const uint32_t other = d.session().Attach();
  std::set<std::string> texts;
  for (const uint64_t handle : {uint64_t{0}, d.NewHandle(), uint64_t{other} << 40 | 1}) {
    const absl::Status status = d.StatusOf(d.Fetch(handle));
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    std::string text(status.message());
    text.resize(text.rfind(' '));
    texts.insert(text);
    ++d.epoch;
  }
  EXPECT_EQ(texts.size(), 1);
}

TEST(Session, DetachDropsHandlesAndDeletesNothingOfOthers) {
  SessionDriver d;
  const uint64_t a = d.Tensor({1});
  const uint32_t other = d.session().Attach();
  v1::Command import;
  import.mutable_import()->set_from(a);
  import.mutable_import()->set_handle(uint64_t{other} << 40 | 1);
  import.set_sequence(1);
  v1::Result result;
  d.session().Apply(other, import, d.cancellation, &result);
  EXPECT_EQ(result.import().spec().shape(0), 1);
  d.session().Detach(d.attachment());
  EXPECT_EQ(d.session().stats().tensors, 1);
  v1::Command fetch;
  fetch.mutable_fetch()->set_handle(uint64_t{other} << 40 | 1);
  d.session().Apply(other, fetch, d.cancellation, &result);
  EXPECT_EQ(result.fetch().tensor().data().size(), 8);
}

TEST(Session, QuotaOfTensorsAndBytes) {
  SessionOptions options;
  options.max_tensors = 2;
  options.max_bytes = 1000;
  SessionDriver d(options);
  const uint64_t a = d.Tensor({1, 2});
  const uint64_t big = d.NewHandle();
  v1::Command full = SessionDriver::Call("full", {}, big);
  v1::OpCall* call = full.mutable_forward()->mutable_calls(0);
  call->add_attributes()->mutable_ints_value()->add_values(int64_t{1} << 40);
  call->add_attributes()->mutable_scalar_value()->set_float_value(0);
  EXPECT_EQ(d.StatusOf(d.Apply(full)).code(), absl::StatusCode::kResourceExhausted);
  ++d.epoch;
  EXPECT_THAT(d.Read(a), ElementsAre(1, 2));
  const absl::Status third = d.StatusOf(d.Apply(SessionDriver::Call("sin", {a}, d.NewHandle())));
  EXPECT_THAT(std::string(third.message()), HasSubstr("as many as it may have"));
}

TEST(Session, RandomOpsAreCountedFromTheSeed) {
  const auto numbers = [](uint64_t seed, int ops) {
    SessionOptions options;
    options.seed = seed;
    SessionDriver d(options);
    uint64_t handle = 0;
    for (int i = 0; i < ops; ++i) {
      handle = d.NewHandle();
      v1::Command command = SessionDriver::Call("randn", {}, handle);
      v1::OpCall* call = command.mutable_forward()->mutable_calls(0);
      call->add_attributes()->mutable_ints_value()->add_values(4);
      call->add_attributes()->set_dtype_value(v1::DTYPE_FLOAT64);
      (void)d.Apply(command);
    }
    return d.Read(handle);
  };
  EXPECT_EQ(numbers(7, 2), numbers(7, 2));
  EXPECT_NE(numbers(7, 1), numbers(7, 2));
  EXPECT_NE(numbers(7, 1), numbers(8, 1));
}

TEST(Session, AnOpThatDiffersIsRefusedByName) {
  SessionDriver d;
  const uint64_t a = d.Tensor({1});
  v1::Command define;
  v1::Definition* definition = define.mutable_define()->add_definitions();
  definition->set_id(1);
  definition->set_text("sin");
  definition->set_op_hash(FindOp("sin")->hash + 1);
  EXPECT_FALSE(d.Apply(define).has_status());
  v1::Command call = SessionDriver::Call("", {a}, d.NewHandle());
  call.mutable_forward()->mutable_calls(0)->set_op_id(1);
  const absl::Status status = d.StatusOf(d.Apply(call));
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("'sin'"));
}

TEST(Session, DescribesItsGraph) {
  SessionDriver d;
  const uint64_t a = d.Tensor({1}, true);
  const uint64_t y = d.Op("mul", {d.Op("sin", {a}, "a.cc:1"), a}, "a.cc:2");
  v1::Command describe;
  describe.mutable_describe_graph()->set_tensor(y);
  const v1::DescribeGraphResponse graph = d.Apply(describe).describe_graph();
  ASSERT_EQ(graph.nodes_size(), 3);
  EXPECT_EQ(graph.nodes(0).name(), "MulBackward0");
  EXPECT_EQ(graph.nodes(0).source(), "a.cc:2");
  EXPECT_EQ(graph.nodes(1).name(), "SinBackward0");
  EXPECT_EQ(graph.nodes(0).next(0).node(), graph.nodes(1).id());
  EXPECT_EQ(graph.nodes(2).name(), "AccumulateGrad");
  EXPECT_EQ(graph.nodes(0).next(1).node(), graph.nodes(2).id());
  describe.mutable_describe_graph()->set_node(graph.nodes(1).id());
  EXPECT_EQ(d.Apply(describe).describe_graph().nodes(0).name(), "SinBackward0");
}

TEST(Session, LargeFetchesAreSnapshotsInBlobs) {
  SessionOptions options;
  options.inline_bytes = 8;
  SessionDriver d(options);
  const uint64_t a = d.Tensor({1, 2, 3});
  const v1::Result result = d.Fetch(a);
  ASSERT_NE(result.fetch().blob(), 0);
  (void)d.InPlace("neg", {a});
  const RefPtr<Buffer> bytes = Must(d.session().blobs().Read(result.fetch().blob()));
  EXPECT_EQ(static_cast<const double*>(bytes->data())[2], 3);
}

}  // namespace
}  // namespace gradd::server
