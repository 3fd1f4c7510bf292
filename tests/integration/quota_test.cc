// What a session, an attachment, a command and a message may hold, and what is said beyond that.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "server/limits.h"
#include "tests/integration/offender.h"
#include "tests/integration/quota_error.h"
#include "tests/support/server_fixture.h"

namespace gradd::server {
namespace {

using Code = absl::StatusCode;

TEST(Quota, QuotasOfASession) {
  Config config = TestServer::DefaultConfig();
  config.max_session_tensors = 20;
  config.max_session_bytes = 1 << 20;
  config.max_session_nodes = 10;
  TestServer server(config);
  WireClient client(server.target());
  {
    Offender offender(client);
    absl::Status status;
    int made = 0;
    for (; made < 100; ++made) {
      status = offender.Create({1}, std::string(4, 0));
      if (!status.ok()) break;
    }
    EXPECT_EQ(made, 20);
    ExpectQuota(status, "QUOTA_TENSORS", "session:tensors");
  }
  {
    Offender offender(client);
    const uint64_t parameter = offender.Ones({1}, true);
    absl::Status status;
    int made = 0;
    for (; made < 100; ++made) {
      status = offender.Optimizer({parameter});
      if (!status.ok()) break;
    }
    EXPECT_EQ(made, 19) << "an optimizer's handle counts like any other";
    ExpectQuota(status, "QUOTA_TENSORS", "session:tensors");
  }
  {
    Offender offender(client);
    ExpectQuota(offender.Op("full", {}, Offender::Full(1 << 20)), "QUOTA_BYTES", "session:bytes");
    v1::CreateBlobRequest blob;
    blob.set_size(2 << 20);
    ExpectQuota(offender.Send("CreateBlob", blob), "QUOTA_BYTES", "session:bytes");
    EXPECT_TRUE(offender.Create({1}, std::string(4, 0)).ok());
  }
  {
    Offender offender(client);
    uint64_t y = offender.Ones({1}, true);
    absl::Status status;
    for (int i = 0; i < 15 && status.ok(); ++i) status = offender.Op("sin", {y}, nullptr, &y);
    ExpectQuota(status, "QUOTA_NODES", "session:nodes");
  }
}

TEST(Quota, QuotasOfAnAttachment) {
  TestServer server;
  WireClient client(server.target());
  WireSession session(client);
  WireExecute stream(session);
  uint64_t sequence = 0;
  // Lanes that fail and never hear of it.
  std::vector<v1::Command> commands;
  for (uint32_t lane = 1; lane <= limits::kFailedLanes + 1; ++lane) {
    v1::Command& command = commands.emplace_back(session.Fetch(++sequence, 0));
    command.set_lane(lane);
  }
  ASSERT_TRUE(stream.Send(commands));
  auto result = stream.AwaitResult(limits::kFailedLanes);
  ASSERT_TRUE(result);
  EXPECT_EQ(codec::DecodeStatus(result->status()).code(), Code::kNotFound);
  result = stream.AwaitResult(limits::kFailedLanes + 1);
  ASSERT_TRUE(result);
  ExpectQuota(codec::DecodeStatus(result->status()), "QUOTA_LANES", "attachment:lanes");

  // Definitions. Nothing keeps them from being sent, whatever has failed.
  constexpr uint32_t kInOne = 60'000;
  for (uint32_t id = 1; id <= limits::kDefinitions + 1;) {
    v1::Command command;
    command.set_sequence(++sequence);
    for (uint32_t k = 0; k < kInOne && id <= limits::kDefinitions + 1; ++k) {
      command.mutable_define()->add_definitions()->set_id(id++);
    }
    ASSERT_TRUE(stream.Send({command}, stream.applied()));
  }
  result = stream.AwaitResult(sequence);
  ASSERT_TRUE(result);
  ExpectQuota(codec::DecodeStatus(result->status()), "QUOTA_DEFINITIONS", "attachment:definitions");
}

// Sixteen megabytes that would become a gigabyte of objects.
TEST(Quota, CallsOfACommandAreCountedBeforeTheyAreMade) {
  TestServer server;
  WireClient client(server.target());
  WireSession session(client);
  EXPECT_EQ(session.limits().calls_per_command(), limits::kCallsPerCommand);
  std::string calls;
  while (calls.size() < (15 << 20)) calls.append("\x12\x00", 2);  // ForwardRequest.calls
  v1::ForwardRequest forward;
  *forward.mutable_scope() = session.Scope();
  std::string response;
  ExpectQuota(client.CallRaw("Forward", forward.SerializeAsString() + calls, &response),
              "TOO_MANY_CALLS", "command:calls");

  v1::Command command = session.Fetch(1, 0);
  command.clear_fetch();
  std::string bytes = command.SerializeAsString();
  bytes += "\x22";  // Command.forward
  for (size_t size = calls.size(); size > 0; size >>= 7) {
    bytes += static_cast<char>((size & 0x7f) | (size >= 0x80 ? 0x80 : 0));
  }
  bytes += calls;
  v1::ExecuteRequest request;
  request.add_commands(bytes);
  WireExecute stream(session);
  (void)stream.stream().Write(request.SerializeAsString());
  ExpectQuota(stream.End(), "TOO_MANY_CALLS", "command:calls");
  // Nothing of it happened.
  WireExecute again(session);
  EXPECT_EQ(again.applied_at_open(), 0u);
  ASSERT_TRUE(again.Send({session.Create(1, session.Handle(1), {1})}));
  EXPECT_TRUE(again.AwaitApplied(1));
}

TEST(Quota, TextsAreCutWhereTheyWouldBeKept) {
  TestServer server;
  WireClient client(server.target());
  Offender offender(client);
  uint64_t y = 0;
  ASSERT_TRUE(offender
                  .Op(
                      "sin", {offender.Ones({1}, true)},
                      [](v1::OpCall& call) { call.set_source(std::string(4 << 20, 's')); }, &y)
                  .ok());
  v1::DescribeGraphRequest request;
  *request.mutable_scope() = offender.session().Scope();
  request.set_tensor(y);
  v1::DescribeGraphResponse graph;
  ASSERT_TRUE(client.Call("DescribeGraph", request, &graph).ok());
  EXPECT_EQ(graph.nodes(0).source().size(), limits::kSourceBytes);
}

TEST(Quota, StreamsHaveTheLimitsOfCalls) {
  Config config = TestServer::DefaultConfig();
  config.max_message_bytes = 2 << 20;
  TestServer server(config);
  WireClient client(server.target());
  WireSession session(client);
  {
    WireExecute stream(session);
    (void)stream.stream().Write(std::string(3 << 20, 'x'));
    EXPECT_EQ(stream.End().code(), Code::kResourceExhausted);
  }
  {
    auto stream = client.Open("Execute", {.gzip = true});
    v1::ExecuteRequest request;
    request.add_commands(std::string(100'000, '\0'));
    (void)stream->Write(request.SerializeAsString());
    EXPECT_EQ(stream->Finish().code(), Code::kUnimplemented);
  }
  EXPECT_TRUE(session.CreateTensor(session.Handle(1), {1}).ok());
}

}  // namespace
}  // namespace gradd::server
