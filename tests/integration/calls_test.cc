// Unary calls: deadlines, cancellation, and requests that are none.
#include <thread>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "server/limits.h"
#include "tests/integration/wire_session.h"
#include "tests/support/fake_clock.h"
#include "tests/support/patience.h"
#include "tests/support/server_fixture.h"

namespace gradd::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using Code = absl::StatusCode;

Config CallsConfig() {
  Config config = TestServer::DefaultConfig();
  config.max_message_bytes = 4 << 20;
  config.max_call_duration = absl::Seconds(2);
  return config;
}

class CallsTest : public ::testing::Test {
 protected:
  v1::ForwardRequest HeavyRequest(int count, uint64_t first) {
    v1::ForwardRequest request = session_.Heavy(0, session_.Handle(1), first, count).forward();
    *request.mutable_scope() = session_.Scope();
    return request;
  }
  void MakeMatrix() {
    v1::CreateTensorRequest request = session_.CreateMatrix(0, session_.Handle(1)).create_tensor();
    *request.mutable_scope() = session_.Scope();
    v1::CreateTensorResponse response;
    ASSERT_TRUE(client_.Call("CreateTensor", request, &response).ok());
  }
  // The session answers at once: nothing of before still runs.
  void ExpectResponsive() {
    const absl::Time start = absl::Now();
    ASSERT_TRUE(session_.CreateTensor(session_.Handle(900'000), {1}).ok());
    EXPECT_LT(absl::Now() - start, testing::kAtOnce);
  }

  TestServer server_{CallsConfig()};
  WireClient client_{server_.target()};
  WireSession session_{client_};
};

TEST_F(CallsTest, ForwardTellsTheSpecsOfItsOutputs) {
  ASSERT_TRUE(session_.CreateTensor(session_.Handle(1), {1, 2}).ok());
  v1::ForwardRequest request =
      session_.CallOp(0, "add", {session_.Handle(1), session_.Handle(1)}, session_.Handle(2))
          .forward();
  *request.mutable_scope() = session_.Scope();
  v1::ForwardResponse response;
  ASSERT_TRUE(client_.Call("Forward", request, &response).ok());
  ASSERT_EQ(response.outputs_size(), 1);
  EXPECT_EQ(response.outputs(0).handle(), session_.Handle(2));
  EXPECT_THAT(response.outputs(0).spec().shape(), ElementsAre(2));
  EXPECT_THAT(*session_.FetchValues(session_.Handle(2)), ElementsAre(2, 4));
}

TEST_F(CallsTest, ErrorsSayWhatAndWhere) {
  v1::ForwardRequest request =
      session_.CallOp(0, "add", {session_.Handle(5), session_.Handle(5)}, session_.Handle(2))
          .forward();
  *request.mutable_scope() = session_.Scope();
  request.mutable_calls(0)->set_source("train.cc:42");
  v1::ForwardResponse response;
  std::string bytes;
  const absl::Status status = client_.CallRaw("Forward", request.SerializeAsString(), &bytes);
  EXPECT_EQ(status.code(), Code::kNotFound);
  // What the trailer carried came through DecodeStatusDetails.
  EXPECT_EQ(ErrorReason(status), "HANDLE_NOT_FOUND");
}

TEST_F(CallsTest, DeadlineStopsTheWorkWithinOneOp) {
  MakeMatrix();
  v1::ForwardResponse response;
  const absl::Status status = client_.Call("Forward", HeavyRequest(4000, session_.Handle(2)),
                                           &response, {.timeout = absl::Milliseconds(100)});
  EXPECT_EQ(status.code(), Code::kDeadlineExceeded) << status;
  ExpectResponsive();
}

TEST_F(CallsTest, DeadlinesAreClamped) {
  MakeMatrix();
  uint64_t first_output = session_.Handle(2);
  for (const absl::Duration timeout : {absl::InfiniteDuration(), absl::Hours(24 * 365 * 100)}) {
    v1::ForwardResponse response;
    const absl::Time start = absl::Now();
    const absl::Status status =
        client_.Call("Forward", HeavyRequest(4000, first_output), &response, {.timeout = timeout});
    first_output += 4000;
    EXPECT_EQ(status.code(), Code::kDeadlineExceeded) << status;
    EXPECT_LT(absl::Now() - start, testing::kAtOnce);
  }
  ExpectResponsive();
}

TEST_F(CallsTest, DroppedCallIsCancelled) {
  MakeMatrix();
  {
    auto stream = client_.Open("Forward");
    ASSERT_TRUE(stream->Write(HeavyRequest(4000, session_.Handle(2)).SerializeAsString()));
    absl::SleepFor(absl::Milliseconds(50));
    stream->Cancel();
    EXPECT_EQ(stream->Finish().code(), Code::kCancelled);
  }
  ExpectResponsive();
}

TEST_F(CallsTest, CancelStopsAStreamsCommand) {
  MakeMatrix();
  WireExecute stream(session_);
  ASSERT_TRUE(stream.Send({session_.Heavy(1, session_.Handle(1), session_.Handle(2), 4000),
                           session_.Create(2, session_.Handle(800'000), {1})}));
  absl::SleepFor(absl::Milliseconds(50));
  v1::CancelRequest cancel;
  cancel.set_session_id(session_.id());
  cancel.set_secret(session_.secret());
  cancel.set_attachment(session_.attachment());
  cancel.set_sequence(1);
  v1::CancelResponse cancelled;
  ASSERT_TRUE(client_.Call("Cancel", cancel, &cancelled).ok());
  const auto result = stream.AwaitResult(1, testing::kAtOnce);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status().code(), static_cast<int>(Code::kCancelled));
  // The lane goes on from there like after any failure.
  const auto skipped = stream.AwaitResult(2);
  ASSERT_TRUE(skipped);
  EXPECT_EQ(skipped->status().code(), static_cast<int>(Code::kCancelled));
}

TEST_F(CallsTest, CancelMayComeBeforeItsCommand) {
  MakeMatrix();
  WireExecute stream(session_);
  v1::CancelRequest cancel;
  cancel.set_session_id(session_.id());
  cancel.set_secret(session_.secret());
  cancel.set_attachment(session_.attachment());
  cancel.set_sequence(2);
  v1::CancelResponse cancelled;
  ASSERT_TRUE(client_.Call("Cancel", cancel, &cancelled).ok());
  ASSERT_TRUE(stream.Send({session_.Create(1, session_.Handle(2), {1}),
                           session_.Heavy(2, session_.Handle(1), session_.Handle(3), 4000)}));
  const auto result = stream.AwaitResult(2, testing::kAtOnce);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status().code(), static_cast<int>(Code::kCancelled));
  // Wishes for what is over, or for numbers that never come, are bounded.
  for (int i = 0; i < 3000; ++i) {
    cancel.set_sequence(i % 2 == 0 ? 1 : 100 + i);
    const absl::Status status = client_.Call("Cancel", cancel, &cancelled);
    if (status.code() == Code::kResourceExhausted) return;
  }
  ADD_FAILURE() << "3000 wishes were kept";
}

// A call that is given up while it ends wishes to cancel a command that is over.
TEST_F(CallsTest, GivenUpCallsLeaveNoWishBehind) {
  ASSERT_TRUE(session_.CreateTensor(session_.Handle(1), std::vector<float>(256 << 10, 1)).ok());
  v1::FetchRequest request = session_.Fetch(0, session_.Handle(1)).fetch();
  *request.mutable_scope() = session_.Scope();
  const std::string bytes = request.SerializeAsString();
  for (int i = 0; i < 800; ++i) {
    auto call = client_.Open("Fetch");
    ASSERT_TRUE(call->Write(bytes));
    // Around the time that the call takes.
    const absl::Time until = absl::Now() + absl::Microseconds(5 * (i % 400));
    while (absl::Now() < until) {
    }
    call->Cancel();
    (void)call->Finish();
  }
  // The server hears of the last ones, and its strand comes to what they posted. It may have been
  // left so far behind that it is overloaded at first.
  uint64_t handle = 2;
  for (int served = 0, tries = 0; served < 3 && tries < 100; ++tries) {
    absl::SleepFor(absl::Milliseconds(200));
    if (session_.CreateTensor(session_.Handle(handle++), {1}).ok()) ++served;
  }
  v1::CancelRequest cancel;
  cancel.set_session_id(session_.id());
  cancel.set_secret(session_.secret());
  cancel.set_attachment(session_.attachment());
  v1::CancelResponse cancelled;
  for (size_t i = 0; i <= limits::kEarlyCancels; ++i) {
    cancel.set_sequence(1000 + i);
    EXPECT_EQ(client_.Call("Cancel", cancel, &cancelled).ok(), i < limits::kEarlyCancels) << i;
  }
}

// The poller reads who asks, the strand the rest: both read the same, wherever the scope stands.
TEST_F(CallsTest, ScopeMayComeAfterWhatItScopes) {
  v1::CreateTensorRequest request = session_.Create(0, session_.Handle(1), {1, 2}).create_tensor();
  v1::CreateTensorRequest scope;
  *scope.mutable_scope() = session_.Scope();
  std::string bytes;
  ASSERT_TRUE(
      client_
          .CallRaw("CreateTensor", request.SerializeAsString() + scope.SerializeAsString(), &bytes)
          .ok());
  EXPECT_THAT(*session_.FetchValues(session_.Handle(1)), ElementsAre(1, 2));
  EXPECT_EQ(client_.CallRaw("CreateTensor", request.SerializeAsString(), &bytes).code(),
            Code::kPermissionDenied);
  // A request that is broken behind its scope.
  EXPECT_EQ(client_.CallRaw("CreateTensor", scope.SerializeAsString() + "\x1a\x05x", &bytes).code(),
            Code::kInternal);
  EXPECT_EQ(client_.CallRaw("CreateTensor", std::string("\x0a\x05x", 3), &bytes).code(),
            Code::kInternal);
}

TEST_F(CallsTest, WhatIsNoRequest) {
  std::string bytes;
  EXPECT_EQ(client_.CallRaw("Forward", "\xff\xff\xff garbage", &bytes).code(), Code::kInternal);
  EXPECT_EQ(client_.CallRaw("NoSuchMethod", "", &bytes).code(), Code::kUnimplemented);
  EXPECT_EQ(client_.CallRaw("/x.Y/\x1b[31m%n", "", &bytes).code(), Code::kUnimplemented);
  EXPECT_EQ(client_.CallRaw("Forward", std::string(5 << 20, 'x'), &bytes).code(),
            Code::kResourceExhausted);
  // 64 KiB of zeros that say they are 64 KiB of something else.
  EXPECT_EQ(client_.CallRaw("Forward", std::string(100'000, '\0'), &bytes, {.gzip = true}).code(),
            Code::kUnimplemented);
  // Groups within groups, deeper than any parser goes.
  EXPECT_EQ(client_.CallRaw("Forward", std::string(100'000, '\x0b'), &bytes).code(),
            Code::kInternal);
  auto stream = client_.Open("Forward");
  stream->WritesDone();
  EXPECT_EQ(stream->Finish().code(), Code::kInternal);
  ExpectResponsive();
}

TEST_F(CallsTest, CatalogOfOps) {
  v1::ListOpsResponse ops;
  ASSERT_TRUE(client_.Call("ListOps", v1::ListOpsRequest(), &ops).ok());
  EXPECT_GT(ops.ops_size(), 10);
  v1::GetServerResponse server;
  ASSERT_TRUE(client_.Call("GetServer", v1::GetServerRequest(), &server).ok());
  EXPECT_THAT(server.devices(), IsSupersetOf({"cpu", "sim:0"}));
  EXPECT_EQ(server.default_device(), TestServer::DefaultConfig().device);
}

}  // namespace
}  // namespace gradd::server
