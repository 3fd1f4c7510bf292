#include "client/cpp/command_log.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "proto/codec/op_call.h"
#include "proto/codec/status.h"

namespace gradd {
namespace {

constexpr CommandLog::Issuer kLane1 = {1, 0};
constexpr CommandLog::Issuer kLane2 = {2, 0};

std::string Call(uint32_t op) {
  codec::OpCall call;
  call.op_id = op;
  std::string bytes;
  codec::AppendOpCall(call, {}, &bytes);
  return bytes;
}

// Everything that Take gives, parsed.
std::vector<v1::Command> Take(CommandLog& log, size_t max_bytes = 1 << 20) {
  std::vector<CommandLog::Bytes> taken;
  log.Take(max_bytes, &taken);
  std::string bytes;
  for (const CommandLog::Bytes& command : taken) bytes += *command;
  v1::ExecuteRequest request;
  EXPECT_TRUE(request.ParseFromString(bytes));
  std::vector<v1::Command> commands;
  for (const std::string& command : request.commands()) {
    EXPECT_TRUE(commands.emplace_back().ParseFromString(command));
  }
  return commands;
}

v1::Command Fetch(uint64_t handle) {
  v1::Command command;
  command.mutable_fetch()->set_handle(handle);
  return command;
}

void Respond(CommandLog& log, uint64_t applied, std::vector<uint64_t> results = {}) {
  v1::ExecuteResponse response;
  response.set_applied(applied);
  for (const uint64_t sequence : results) response.add_results()->set_sequence(sequence);
  log.OnResponse(response);
}

TEST(CommandLog, CallsOfALaneShareAForward) {
  CommandLog log;
  for (uint32_t i = 1; i <= 3; ++i) log.AppendCall(kLane1, Call(i));
  log.AppendCall(kLane2, Call(4));
  log.AppendCall({2, 1}, Call(5));
  const std::vector<v1::Command> commands = Take(log);
  ASSERT_EQ(commands.size(), 3u);
  EXPECT_EQ(commands[0].forward().calls_size(), 3);
  EXPECT_EQ(commands[0].lane(), 1u);
  EXPECT_EQ(commands[1].lane(), 2u);
  EXPECT_EQ(commands[2].epoch(), 1u);
  for (uint64_t i = 0; i < 3; ++i) EXPECT_EQ(commands[i].sequence(), i + 1);
  EXPECT_TRUE(Take(log).empty());
}

TEST(CommandLog, AForwardIsClosedWhenItIsLong) {
  CommandLog::Bounds bounds;
  bounds.calls_in_forward = 10;
  CommandLog log(bounds);
  for (uint32_t i = 0; i < 25; ++i) log.AppendCall(kLane1, Call(1));
  const std::vector<v1::Command> commands = Take(log);
  ASSERT_EQ(commands.size(), 3u);
  EXPECT_EQ(commands[0].forward().calls_size(), 10);
  EXPECT_EQ(commands[2].forward().calls_size(), 5);
}

TEST(CommandLog, DefinitionsGoAheadAndReleasesBehind) {
  CommandLog log;
  log.AppendCall(kLane1, Call(1));
  log.Release(77);
  log.Define(9, "sin", 1234);
  log.AppendCall(kLane1, Call(9));
  const std::vector<v1::Command> commands = Take(log);
  ASSERT_EQ(commands.size(), 3u);
  EXPECT_EQ(commands[0].define().definitions(0).text(), "sin");
  EXPECT_EQ(commands[0].define().definitions(0).op_hash(), 1234u);
  EXPECT_EQ(commands[1].forward().calls_size(), 2);
  EXPECT_EQ(commands[2].release().handles(0), 77u);
}

TEST(CommandLog, ADefinitionGoesAheadOfAnyCommand) {
  CommandLog log;
  log.Define(1, "train.cc:42", 0);
  v1::Command fetch = Fetch(5);
  log.Append(kLane1, fetch, nullptr, nullptr);
  const std::vector<v1::Command> commands = Take(log);
  ASSERT_EQ(commands.size(), 2u);
  EXPECT_TRUE(commands[0].has_define());
  EXPECT_TRUE(commands[1].has_fetch());
}

TEST(CommandLog, ACommandIsDoneWhenItsAnswerIsThereOrItIsApplied) {
  CommandLog log;
  Answer answer;
  uint64_t fetch_sequence = 0, call_sequence = 0;
  v1::Command fetch = Fetch(5);
  log.Append(kLane1, fetch, &answer, &fetch_sequence);
  log.AppendCall(kLane1, Call(1), nullptr, &call_sequence);
  Take(log);
  EXPECT_FALSE(log.Done(fetch_sequence));
  Respond(log, 0, {fetch_sequence});
  EXPECT_TRUE(log.Done(fetch_sequence));
  ASSERT_TRUE(answer.result.has_value());
  EXPECT_EQ(answer.result->sequence(), fetch_sequence);
  EXPECT_FALSE(log.Done(call_sequence));
  Respond(log, call_sequence);
  EXPECT_TRUE(log.Done(call_sequence));
  EXPECT_TRUE(log.Idle());
}

TEST(CommandLog, WhatIsNotAppliedIsResentByteForByte) {
  CommandLog log;
  for (int i = 0; i < 3; ++i) {
    v1::Command fetch = Fetch(static_cast<uint64_t>(i));
    log.Append(kLane1, fetch, nullptr, nullptr);
  }
  std::vector<CommandLog::Bytes> first, second;
  log.Take(1 << 20, &first);
  Respond(log, 1);
  log.Reopen(1);
  log.Take(1 << 20, &second);
  ASSERT_EQ(second.size(), 2u);
  EXPECT_EQ(second[0], first[1]);
  EXPECT_EQ(second[1], first[2]);
}

TEST(CommandLog, ALostAnswerIsAskedForAgain) {
  CommandLog log;
  Answer answer;
  uint64_t awaited = 0, later = 0;
  log.AppendCall(kLane1, Call(1), nullptr, &later);
  v1::Command fetch = Fetch(5);
  log.Append(kLane1, fetch, &answer, &awaited);
  log.AppendCall(kLane1, Call(2), nullptr, &later);
  Take(log);
  // All three were applied, but the stream broke before it said so.
  log.Reopen(3);
  const std::vector<v1::Command> commands = Take(log);
  // From the fetch on, and a last one that makes the server say how far it is.
  ASSERT_EQ(commands.size(), 3u);
  EXPECT_EQ(commands[0].sequence(), 2u);
  EXPECT_EQ(commands[2].sequence(), 4u);
  EXPECT_EQ(commands[2].forward().calls_size(), 0);
  Respond(log, 4, {2});
  EXPECT_TRUE(answer.result.has_value());
  EXPECT_TRUE(log.Idle());
}

TEST(CommandLog, MessagesHaveABoundButAlwaysACommand) {
  CommandLog log;
  for (int i = 0; i < 4; ++i) {
    v1::Command command;
    command.mutable_create_tensor()->set_data(std::string(1000, 'x'));
    log.Append(kLane1, command, nullptr, nullptr);
  }
  std::vector<CommandLog::Bytes> taken;
  EXPECT_TRUE(log.Take(2500, &taken));
  EXPECT_EQ(taken.size(), 2u);
  taken.clear();
  EXPECT_TRUE(log.Take(10, &taken));
  EXPECT_EQ(taken.size(), 1u);
  taken.clear();
  EXPECT_FALSE(log.Take(10, &taken));
  EXPECT_EQ(taken.size(), 1u);
}

TEST(CommandLog, AdvisesToSendOnceForSoManyBytes) {
  CommandLog::Bounds bounds;
  bounds.send_bytes = 100;
  CommandLog log(bounds);
  EXPECT_EQ(log.AppendCall(kLane1, Call(1)), CommandLog::kWake);
  int advised = 0;
  size_t bytes = 0;
  while (bytes < 1000) {
    const std::string call = Call(1);
    bytes += call.size();
    if (log.AppendCall(kLane1, call) == CommandLog::kSend) ++advised;
  }
  EXPECT_GE(advised, 8);
  EXPECT_LE(advised, 11);
}

TEST(CommandLog, AFullWindowAsksForPatience) {
  CommandLog::Bounds bounds;
  bounds.window_commands = 4;
  CommandLog log(bounds);
  for (int i = 0; i < 3; ++i) {
    v1::Command fetch = Fetch(1);
    EXPECT_EQ(log.Append(kLane1, fetch, nullptr, nullptr) & CommandLog::kFull, 0u);
  }
  v1::Command fetch = Fetch(1);
  EXPECT_NE(log.Append(kLane1, fetch, nullptr, nullptr) & CommandLog::kFull, 0u);
  EXPECT_FALSE(log.HasRoom());
  Take(log);
  Respond(log, 3);
  EXPECT_TRUE(log.HasRoom());
}

TEST(CommandLog, AfterALossEverythingIsDone) {
  CommandLog log;
  Answer answer;
  uint64_t sequence = 0;
  v1::Command fetch = Fetch(1);
  log.Append(kLane1, fetch, &answer, &sequence);
  log.Fail(absl::UnavailableError("gone"));
  EXPECT_TRUE(log.Done(sequence));
  EXPECT_FALSE(answer.result.has_value());
  EXPECT_EQ(log.failure().message(), "gone");
  EXPECT_EQ(log.AppendCall(kLane1, Call(1)), CommandLog::kFailed);
  EXPECT_TRUE(Take(log).empty());
}

}  // namespace
}  // namespace gradd
