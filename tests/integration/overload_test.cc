// More than a server can do at once: it says so, keeps what it has, and does the rest later.
#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "proto/codec/status.h"
#include "server/limits.h"
#include "tests/integration/offender.h"
#include "tests/integration/quota_error.h"
#include "tests/support/patience.h"
#include "tests/support/server_fixture.h"

namespace gradd::server {
namespace {

using Code = absl::StatusCode;

// The command itself, and what was sent behind it, say what its time was.
TEST(Overload, ACommandHasItsTime) {
  Config config = TestServer::DefaultConfig();
  config.max_command_duration = absl::Milliseconds(200);
  TestServer server(config);
  WireClient client(server.target());
  WireSession session(client);
  WireExecute stream(session);
  constexpr int kCalls = 4000;
  v1::Command heavy = session.Heavy(2, session.Handle(1), session.Handle(2), kCalls);
  for (v1::OpCall& call : *heavy.mutable_forward()->mutable_calls()) call.set_source("user.cc:9");
  v1::Command later = session.Fetch(4, session.Handle(1 + kCalls));
  later.set_lane(7);
  ASSERT_TRUE(stream.Send({session.CreateMatrix(1, session.Handle(1)), heavy,
                           session.Create(3, session.Handle(900'000), {1}), later}));
  for (const uint64_t sequence : {2, 3, 4}) {
    const auto result = stream.AwaitResult(sequence);
    ASSERT_TRUE(result);
    codec::ErrorOrigin origin;
    const absl::Status status = codec::DecodeStatus(result->status(), &origin);
    EXPECT_EQ(status.code(), Code::kDeadlineExceeded) << status;
    EXPECT_EQ(ErrorReason(status), "COMMAND_TOO_SLOW");
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("200ms")) << sequence;
    EXPECT_EQ(origin.op, heavy.forward().calls(kCalls - 1).op());
    EXPECT_EQ(origin.source, "user.cc:9");
    EXPECT_EQ(origin.sequence, 2u);
  }
}

// Refused for now, not for good.
void ExpectOverload(const absl::Status& status, absl::string_view subject) {
  ExpectQuota(status, "OVERLOADED", subject);
  EXPECT_TRUE(codec::RetryDelay(status));
}

// An answer to the smallest request, once it is refused, or OK if it never is.
absl::Status AwaitRefusal(WireClient& client) {
  absl::Status status;
  for (int i = 0; i < 200 && status.ok(); ++i) {
    v1::GetServerResponse response;
    status = client.Call("GetServer", v1::GetServerRequest(), &response);
    absl::SleepFor(absl::Milliseconds(5));
  }
  return status;
}

// A call that is in flight until it is dropped.
std::unique_ptr<WireStream> LongCall(WireClient& client, WireSession& session, uint64_t number) {
  v1::ForwardRequest request =
      session.Heavy(0, session.Handle(1), session.Handle(2 + number * 4000), 4000).forward();
  *request.mutable_scope() = session.Scope();
  auto call = client.Open("Forward");
  EXPECT_TRUE(call->Write(request.SerializeAsString()));
  return call;
}

void MakeMatrix(WireClient& client, WireSession& session) {
  v1::CreateTensorRequest request = session.CreateMatrix(0, session.Handle(1)).create_tensor();
  *request.mutable_scope() = session.Scope();
  v1::CreateTensorResponse response;
  ASSERT_TRUE(client.Call("CreateTensor", request, &response).ok());
}

TEST(Overload, TooManyCallsAtOnce) {
  Config config = TestServer::DefaultConfig();
  config.max_calls = 2;
  TestServer server(config);
  WireClient client(server.target());
  WireSession session(client);
  MakeMatrix(client, session);
  {
    const auto first = LongCall(client, session, 0), second = LongCall(client, session, 1);
    ExpectOverload(AwaitRefusal(client), "server:calls");
  }
  absl::Status status;
  for (int i = 0; i < 200; ++i) {
    status = session.CreateTensor(session.Handle(900'000), {1});
    if (status.ok()) break;
    absl::SleepFor(absl::Milliseconds(20));
  }
  EXPECT_TRUE(status.ok()) << status;
}

TEST(Overload, TooManyBytesAtOnce) {
  Config config = TestServer::DefaultConfig();
  config.max_queued_bytes = 10'000;
  TestServer server(config);
  WireClient client(server.target());
  WireSession session(client);
  MakeMatrix(client, session);  // a request that comes alone may be larger
  const auto call = LongCall(client, session, 0);
  ExpectOverload(AwaitRefusal(client), "server:bytes");
}

TEST(Overload, TooManyStreamsAtOnce) {
  Config config = TestServer::DefaultConfig();
  config.max_streams = 2;
  TestServer server(config);
  WireClient client(server.target());
  WireSession one(client), two(client), three(client);
  WireExecute first(one), second(two);
  ExpectOverload(WireExecute(three).End(), "server:streams");
  ASSERT_TRUE(first.Send({one.Create(1, one.Handle(1), {1})}));
  EXPECT_TRUE(first.AwaitApplied(1));
}

// A stream may open with commands when the answers before them leave no room.
TEST(Overload, AnOpeningMessageMayWaitForRoom) {
  TestServer server;
  WireClient client(server.target());
  WireSession session(client);
  uint64_t full = 1;
  {
    WireExecute stream(session);
    ASSERT_TRUE(
        stream.Send({session.Create(1, session.Handle(1), std::vector<float>(256 << 10, 1))}));
    // Megabytes that are read but not acknowledged, until there is no answer any more.
    constexpr uint64_t kAnswers = limits::kKeptAnswerBytes >> 20;
    for (uint64_t i = 2; i <= kAnswers + 1; ++i) {
      ASSERT_TRUE(stream.Send({session.Fetch(i, session.Handle(1))}));
      ASSERT_TRUE(stream.AwaitResult(i)) << i;
    }
    full = kAnswers + 1;
  }
  const v1::Command last = session.Fetch(full, session.Handle(1));
  WireExecute stream(session, 0, {last, last, session.Fetch(full + 1, session.Handle(1))});
  EXPECT_EQ(stream.applied_at_open(), full);
  // What was applied before needs no room, however often it comes.
  const auto answers = [&] {
    return std::count_if(stream.results().begin(), stream.results().end(),
                         [&](const v1::Result& result) { return result.sequence() == full; });
  };
  while (answers() < 2) ASSERT_TRUE(stream.ReadOne());
  ASSERT_TRUE(stream.Send({}, full));
  const auto result = stream.AwaitResult(full + 1);
  ASSERT_TRUE(result) << stream.stream().Finish();
  EXPECT_FALSE(result->has_status());
}

// Answers that are not acknowledged take the session's bytes, beyond what each attachment has free.
TEST(Overload, KeptAnswersAreTheSessionsBytes) {
  Config config = TestServer::DefaultConfig();
  config.max_session_bytes = 4 << 20;
  TestServer server(config);
  WireClient client(server.target());
  WireSession session(client);
  WireExecute stream(session);
  constexpr uint64_t kLast = 60;  // half a megabyte each
  std::vector<v1::Command> commands = {
      session.Create(1, session.Handle(1), std::vector<float>(128 << 10, 1))};
  for (uint64_t i = 2; i <= kLast; ++i) commands.push_back(session.Fetch(i, session.Handle(1)));
  ASSERT_TRUE(stream.Send(commands));
  while (stream.ReadOne(absl::Milliseconds(500))) {
  }
  EXPECT_GE(stream.results().size(), (limits::kFreeAnswerBytes >> 19) + 6);
  EXPECT_LE(stream.results().size(), (limits::kFreeAnswerBytes >> 19) + 9);
  for (const v1::Result& result : stream.results()) EXPECT_FALSE(result.has_status());
  // Nothing is lost: who acknowledges goes on.
  for (uint64_t i = stream.applied(); i <= kLast; ++i) {
    ASSERT_TRUE(stream.Send({}, i - 1));
    ASSERT_TRUE(stream.AwaitResult(i)) << i;
  }
}

TEST(Overload, DoublingEndsBeforeMemoryDoes) {
  Config config = TestServer::DefaultConfig();
  config.max_session_bytes = 1 << 20;
  TestServer server(config);
  WireClient client(server.target());
  Offender offender(client);
  uint64_t x = offender.Ones({1, 1024});
  int64_t size = 1024;
  absl::Status status;
  for (int i = 0; i < 40 && status.ok(); ++i) {
    uint64_t twice = 0, copy = 0;
    ASSERT_TRUE(offender.Op("expand", {x}, Offender::Ints("shape", {2, size}), &twice).ok());
    status = offender.Op("clone", {twice}, nullptr, &copy);
    if (!status.ok()) break;
    size *= 2;
    ASSERT_TRUE(offender.Op("view", {copy}, Offender::Ints("shape", {1, size}), &x).ok());
  }
  ExpectQuota(status, "QUOTA_BYTES", "session:bytes");
  EXPECT_EQ(size, 128 << 10) << "half of the megabyte, and as much before it";
  // At once, too: four gigabytes of a view that takes none.
  uint64_t large = 0;
  ASSERT_TRUE(offender
                  .Op("expand", {offender.Ones({1, 1024})},
                      Offender::Ints("shape", {1 << 20, 1024}), &large)
                  .ok());
  ExpectQuota(offender.Op("clone", {large}), "QUOTA_BYTES", "session:bytes");
  v1::GetSessionRequest get;
  get.set_session_id(offender.session().id());
  get.set_secret(offender.session().secret());
  v1::GetSessionResponse got;
  ASSERT_TRUE(client.Call("GetSession", get, &got).ok());
  EXPECT_LE(got.tensor_bytes(), 1 << 20);
}

// Each y = y + y doubles the paths of the graph and adds one node.
TEST(Overload, RepeatedUseOfAValueStaysLinear) {
  TestServer server;
  WireClient client(server.target());
  Offender offender(client);
  const uint64_t x = offender.Ones({}, true);
  uint64_t y = x;
  v1::ForwardRequest request;
  for (int i = 0; i < 1000; ++i) {
    v1::OpCall& call = *request.add_calls();
    call.set_op("add");
    call.add_inputs(y);
    call.add_inputs(y);
    call.set_output(y = offender.NewHandle());
  }
  ASSERT_TRUE(offender.Send("Forward", request).ok());
  const absl::Time start = absl::Now();
  ASSERT_TRUE(offender.Backward(y).ok());
  EXPECT_LT(absl::Now() - start, testing::kAtOnce);
  v1::GetGradRequest get;
  get.set_tensor(x);
  get.set_handle(offender.NewHandle());
  ASSERT_TRUE(offender.Send("GetGrad", get).ok());
  // 2^1000 in single precision.
  EXPECT_THAT(*offender.session().FetchValues(get.handle()),
              ::testing::ElementsAre(std::numeric_limits<float>::infinity()));
}

TEST(Overload, DeepChainsAreNoProblem) {
  TestServer server;
  WireClient client(server.target());
  WireSession session(client);
  WireExecute stream(session);
  constexpr uint64_t kDepth = 200'000, kCalls = 500;
  v1::Command leaf = session.Create(1, session.Handle(1), {0.5});
  leaf.mutable_create_tensor()->set_requires_grad(true);
  ASSERT_TRUE(stream.Send({leaf}));
  uint64_t sequence = 1;
  for (uint64_t i = 0; i < kDepth; i += kCalls) {
    v1::Command command;
    command.set_sequence(++sequence);
    for (uint64_t k = 0; k < kCalls; ++k) {
      v1::OpCall& call = *command.mutable_forward()->add_calls();
      call.set_op("sin");
      call.add_inputs(session.Handle(i + k + 1));
      call.set_output(session.Handle(i + k + 2));
    }
    ASSERT_TRUE(stream.Send({command}, stream.applied()));
    if (sequence % 50 == 0) {
      ASSERT_TRUE(stream.AwaitApplied(sequence - 20));
    }
  }
  v1::Command backward, get, fetch = session.Fetch(sequence + 3, session.Handle(kDepth + 10));
  backward.set_sequence(sequence + 1);
  backward.mutable_backward()->add_tensors(session.Handle(kDepth + 1));
  backward.mutable_backward()->add_gradients(session.Handle(kDepth + 11));
  get.set_sequence(sequence + 2);
  get.mutable_get_grad()->set_tensor(session.Handle(1));
  get.mutable_get_grad()->set_handle(session.Handle(kDepth + 10));
  v1::Command seed = session.Create(sequence + 1, session.Handle(kDepth + 11), {1});
  for (v1::Command* later : {&backward, &get, &fetch}) later->set_sequence(later->sequence() + 1);
  ASSERT_TRUE(stream.Send({seed, backward, get, fetch}));
  const auto result = stream.AwaitResult(sequence + 4);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->has_status()) << result->status().message();
  EXPECT_EQ(ValuesOf(result->fetch()).size(), 1u);
}

}  // namespace
}  // namespace gradd::server
