// Execute over real connections: order, retries, fencing, cuts.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/integration/wire_session.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/server_fixture.h"

namespace gradd::server {
namespace {

using ::testing::ElementsAre;

class ExecuteTest : public ::testing::Test {
 protected:
  TestServer server_;
  WireClient client_{server_.target()};
  WireSession session_{client_};
};

TEST_F(ExecuteTest, AppliesInOrderAndAnswersFetches) {
  WireExecute stream(session_);
  EXPECT_EQ(stream.applied_at_open(), 0u);
  const uint64_t x = session_.Handle(1), y = session_.Handle(2), z = session_.Handle(3);
  ASSERT_TRUE(stream.Send({session_.Create(1, x, {1, 2, 3}), session_.CallOp(2, "add", {x, x}, y),
                           session_.CallOp(3, "mul", {y, x}, z), session_.Fetch(4, z)}));
  const auto result = stream.AwaitResult(4);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->has_status()) << result->status().message();
  EXPECT_THAT(ValuesOf(result->fetch()), ElementsAre(2, 8, 18));
  EXPECT_EQ(stream.results().size(), 1u);  // the others have nothing to say
  EXPECT_TRUE(stream.AwaitApplied(4));
  EXPECT_TRUE(stream.stream().WritesDone());
  EXPECT_TRUE(stream.End().ok());
}

TEST_F(ExecuteTest, SaysWhatIsAppliedWithoutBeingAsked) {
  WireExecute stream(session_);
  ASSERT_TRUE(stream.Send({session_.Create(1, session_.Handle(1), {1})}));
  EXPECT_TRUE(stream.AwaitApplied(1));
}

TEST_F(ExecuteTest, AnswerDoesNotWaitForWhatComesAfterIt) {
  WireExecute stream(session_);
  ASSERT_TRUE(stream.Send({session_.CreateMatrix(1, session_.Handle(1))}));
  ASSERT_TRUE(stream.AwaitApplied(1));
  // Enough calls that the answer has time to leave, few enough for the slowest build.
  ASSERT_TRUE(stream.Send({session_.Create(2, session_.Handle(2), {7}),
                           session_.Fetch(3, session_.Handle(2)),
                           session_.Heavy(4, session_.Handle(1), session_.Handle(3), 50)}));
  ASSERT_TRUE(stream.AwaitResult(3));
  EXPECT_LT(stream.applied(), 4u);
  EXPECT_TRUE(stream.AwaitApplied(4));
}

TEST_F(ExecuteTest, RepeatedCommandIsAppliedOnceAndAnsweredAgain) {
  WireExecute stream(session_);
  const uint64_t x = session_.Handle(1);
  const v1::Command fetch = session_.Fetch(2, x);
  ASSERT_TRUE(stream.Send({session_.Create(1, x, {5}), fetch}));
  ASSERT_TRUE(stream.AwaitResult(2));
  // The tensor goes; the answer is still the first one.
  ASSERT_TRUE(stream.Send({session_.Release(3, x), fetch, fetch}));
  ASSERT_TRUE(stream.AwaitApplied(3));
  while (stream.results().size() < 3) ASSERT_TRUE(stream.ReadOne());
  for (const v1::Result& result : stream.results()) {
    EXPECT_EQ(result.sequence(), 2u);
    EXPECT_THAT(ValuesOf(result.fetch()), ElementsAre(5));
  }
}

TEST_F(ExecuteTest, OtherPayloadUnderAUsedNumberEndsTheStream) {
  WireExecute stream(session_);
  ASSERT_TRUE(stream.Send(
      {session_.Create(1, session_.Handle(1), {5}), session_.Create(1, session_.Handle(1), {6})}));
  const absl::Status status = stream.End();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_THAT(*session_.FetchValues(session_.Handle(1)), ElementsAre(5));
}

TEST_F(ExecuteTest, GapEndsTheStreamAndChangesNothing) {
  WireExecute stream(session_);
  ASSERT_TRUE(stream.Send({session_.Create(2, session_.Handle(1), {5})}));
  EXPECT_EQ(stream.End().code(), absl::StatusCode::kFailedPrecondition);
  WireExecute next(session_);
  EXPECT_EQ(next.applied_at_open(), 0u);
}

TEST_F(ExecuteTest, NewerStreamFencesTheOlder) {
  WireExecute older(session_);
  ASSERT_TRUE(older.Send({session_.Create(1, session_.Handle(1), {5})}));
  ASSERT_TRUE(older.AwaitApplied(1));
  WireExecute newer(session_);
  EXPECT_EQ(newer.applied_at_open(), 1u);
  const absl::Status status = older.End();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("newer stream"));
  ASSERT_TRUE(newer.Send({session_.Fetch(2, session_.Handle(1))}));
  EXPECT_TRUE(newer.AwaitResult(2));
}

TEST_F(ExecuteTest, AnswersThatWereNotAcknowledgedComeAgainWithTheNextStream) {
  {
    WireExecute stream(session_);
    ASSERT_TRUE(stream.Send({session_.Create(1, session_.Handle(1), {5}),
                             session_.Fetch(2, session_.Handle(1)),
                             session_.Fetch(3, session_.Handle(1))}));
    ASSERT_TRUE(stream.AwaitApplied(3));
  }
  {
    WireExecute stream(session_);
    EXPECT_EQ(stream.applied_at_open(), 3u);
    EXPECT_TRUE(stream.AwaitResult(2));
    EXPECT_TRUE(stream.AwaitResult(3));
    // What the stream brought already is not sent a third time.
    ASSERT_TRUE(
        stream.Send({session_.Fetch(2, session_.Handle(1)), session_.Fetch(3, session_.Handle(1)),
                     session_.Fetch(4, session_.Handle(1))}));
    ASSERT_TRUE(stream.AwaitResult(4));
    EXPECT_EQ(stream.results().size(), 3u);
  }
  WireExecute stream(session_, /*acknowledged=*/3);
  EXPECT_EQ(stream.applied_at_open(), 4u);
  EXPECT_TRUE(stream.AwaitResult(4));
  EXPECT_EQ(stream.results().size(), 1u);
}

TEST_F(ExecuteTest, AcknowledgedAnswerIsNotKept) {
  WireExecute stream(session_);
  ASSERT_TRUE(stream.Send({session_.Create(1, session_.Handle(1), {5})}));
  ASSERT_TRUE(stream.AwaitApplied(1));
  ASSERT_TRUE(stream.Send({session_.Create(1, session_.Handle(1), {5})}, /*acknowledged=*/1));
  EXPECT_EQ(stream.End().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ExecuteTest, CommandsAfterAFailureAreSkippedWithItsCause) {
  WireExecute stream(session_);
  const uint64_t x = session_.Handle(1), y = session_.Handle(2);
  v1::Command next_epoch = session_.Create(5, session_.Handle(4), {1});
  next_epoch.set_epoch(1);
  ASSERT_TRUE(
      stream.Send({session_.Create(1, x, {5}), session_.CallOp(2, "no_such_op", {x}, y),
                   session_.Create(3, session_.Handle(3), {1}), session_.Fetch(4, y), next_epoch}));
  ASSERT_TRUE(stream.AwaitApplied(5));
  const auto failure = stream.AwaitResult(2), skipped = stream.AwaitResult(3),
             fetch = stream.AwaitResult(4);
  ASSERT_TRUE(failure && skipped && fetch);
  EXPECT_EQ(failure->status().message(), skipped->status().message());
  EXPECT_EQ(failure->status().message(), fetch->status().message());
  EXPECT_EQ(stream.results().size(), 3u);
}

TEST_F(ExecuteTest, UnaryCallSharesTheStreamsNumbers) {
  WireExecute stream(session_);
  ASSERT_TRUE(stream.Send({session_.Create(1, session_.Handle(1), {5})}));
  ASSERT_TRUE(stream.AwaitApplied(1));
  v1::FetchRequest fetch;
  *fetch.mutable_scope() = session_.Scope();
  fetch.set_handle(session_.Handle(1));
  fetch.mutable_scope()->set_sequence(3);
  v1::FetchResponse response;
  EXPECT_EQ(client_.Call("Fetch", fetch, &response).code(), absl::StatusCode::kFailedPrecondition);
  fetch.mutable_scope()->set_sequence(2);
  for (int attempt = 0; attempt < 2; ++attempt) {
    ASSERT_TRUE(client_.Call("Fetch", fetch, &response).ok());
    EXPECT_THAT(ValuesOf(response), ElementsAre(5));
  }
  fetch.set_inline_bytes(7);
  EXPECT_EQ(client_.Call("Fetch", fetch, &response).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ExecuteTest, FirstMessageMustOpenAndOnlyTheFirst) {
  auto stream = client_.Open("Execute");
  v1::ExecuteRequest request;
  request.add_commands(session_.Create(1, session_.Handle(1), {5}).SerializeAsString());
  ASSERT_TRUE(stream->Write(request.SerializeAsString()));
  EXPECT_EQ(stream->Finish().code(), absl::StatusCode::kInvalidArgument);

  WireExecute opened(session_);
  request.mutable_open()->set_session_id(session_.id());
  ASSERT_TRUE(opened.SendRaw(request.SerializeAsString()));
  EXPECT_EQ(opened.End().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ExecuteTest, MalformedMessageEndsTheStreamOnly) {
  WireExecute stream(session_);
  ASSERT_TRUE(stream.SendRaw("\xff\xff\xff garbage"));
  EXPECT_EQ(stream.End().code(), absl::StatusCode::kInternal);
  WireExecute command(session_);
  v1::ExecuteRequest request;
  request.add_commands("\xff\xff\xff garbage");
  ASSERT_TRUE(command.SendRaw(request.SerializeAsString()));
  EXPECT_EQ(command.End().code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(session_.CreateTensor(session_.Handle(1), {1}).ok());
}

TEST_F(ExecuteTest, BrokenStreamIsNoCancellation) {
  CuttingProxy proxy(server_.target());
  WireClient client(proxy.target());
  WireSession session(client);
  const uint64_t x = session.Handle(1);
  {
    WireExecute stream(session);
    std::vector<v1::Command> commands = {session.Create(1, x, std::vector<float>(1000, 1))};
    for (uint64_t i = 2; i <= 2000; ++i) {
      commands.push_back(session.CallOp(i, "add", {x, x}, session.Handle(i)));
    }
    ASSERT_TRUE(stream.Send(commands));
    proxy.Cut();
    EXPECT_FALSE(stream.End().ok());
  }
  // What had arrived is applied, the rest is sent again; nothing twice: a used handle would fail.
  WireExecute stream(session);
  const uint64_t applied = stream.applied_at_open();
  std::vector<v1::Command> rest;
  if (applied == 0) rest.push_back(session.Create(1, x, std::vector<float>(1000, 1)));
  for (uint64_t i = std::max<uint64_t>(applied + 1, 2); i <= 2000; ++i) {
    rest.push_back(session.CallOp(i, "add", {x, x}, session.Handle(i)));
  }
  rest.push_back(session.Fetch(2001, session.Handle(2000)));
  ASSERT_TRUE(stream.Send(rest));
  const auto result = stream.AwaitResult(2001);
  ASSERT_TRUE(result);
  EXPECT_EQ(ValuesOf(result->fetch()).size(), 1000u);
  EXPECT_EQ(stream.results().size(), 1u);
}

TEST_F(ExecuteTest, SurvivesCutsAtManyPlaces) {
  CuttingProxy proxy(server_.target());
  WireClient client(proxy.target());
  WireSession session(client);
  const uint64_t x = session.Handle(1);
  constexpr uint64_t kLast = 4000;
  const auto command = [&](uint64_t i) {
    if (i == 1) return session.Create(1, x, {1, 1});
    if (i % 2 == 0)
      return session.CallOp(i, "add", {session.Handle(i == 2 ? 1 : i - 2), x}, session.Handle(i));
    return session.Fetch(i, session.Handle(i - 1));
  };
  std::map<uint64_t, float> answers;
  uint64_t arrived = 0;
  for (int cut = 1; arrived < kLast; ++cut) {
    ASSERT_LT(cut, 1000);
    // One that broke before its cut leaves the cut to this one, whose first message may be longer.
    proxy.CutAfterBytesFromServer(0);
    WireExecute stream(session, arrived);
    proxy.CutAfterBytesFromServer(200 + cut * 97 % 5000);
    std::vector<v1::Command> commands;
    for (uint64_t i = arrived + 1; i <= kLast; ++i) commands.push_back(command(i));
    (void)stream.Send(commands);
    (void)stream.AwaitApplied(kLast, absl::Seconds(5));
    for (const v1::Result& result : stream.results()) {
      ASSERT_FALSE(result.has_status()) << result.status().message();
      answers[result.sequence()] = ValuesOf(result.fetch())[0];
    }
    arrived = stream.applied();
  }
  for (uint64_t i = 3; i <= kLast; i += 2) EXPECT_EQ(answers[i], 1 + (i - 1) / 2) << i;
}

}  // namespace
}  // namespace gradd::server
