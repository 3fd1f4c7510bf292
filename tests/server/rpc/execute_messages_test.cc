#include "server/rpc/execute_messages.h"

#include <random>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gradd/v1/gradient_service.pb.h"
#include "server/limits.h"
#include "server/session/answer.h"

namespace gradd::server {
namespace {

using ::testing::ElementsAre;

TEST(ExecuteRequestView, SeesWhatProtobufSees) {
  v1::ExecuteRequest request;
  request.mutable_open()->set_session_id("id");
  request.add_commands("first");
  request.add_commands("");
  request.add_commands(std::string(100'000, 'x'));
  request.set_acknowledged(1ull << 60);
  const std::string bytes = request.SerializeAsString();
  ExecuteRequestView view;
  ASSERT_TRUE(view.Parse(bytes));
  EXPECT_EQ(view.acknowledged, 1ull << 60);
  ASSERT_TRUE(view.open);
  v1::OpenStream open;
  ASSERT_TRUE(open.ParseFromArray(view.open->data(), static_cast<int>(view.open->size())));
  EXPECT_EQ(open.session_id(), "id");
  ASSERT_EQ(view.commands.size(), 3u);
  EXPECT_EQ(view.commands[0], "first");
  EXPECT_EQ(view.commands[1], "");
  EXPECT_EQ(view.commands[2].size(), 100'000u);
  ASSERT_TRUE(view.Parse(""));
  EXPECT_FALSE(view.open);
  EXPECT_TRUE(view.commands.empty());
  EXPECT_EQ(view.acknowledged, 0u);
}

TEST(ExecuteRequestView, SkipsFieldsOfNewerClients) {
  v1::ExecuteRequest request;
  request.add_commands("c");
  std::string bytes = request.SerializeAsString();
  bytes += std::string("\x78\x05", 2);  // field 15, varint
  bytes += std::string(
      "\x7a\x03"
      "abc",
      5);                                             // field 15, bytes
  bytes += std::string("\x7d\1\2\3\4", 5);            // field 15, fixed32
  bytes += std::string("\x79\1\2\3\4\5\6\7\x08", 9);  // field 15, fixed64
  ExecuteRequestView view;
  ASSERT_TRUE(view.Parse(bytes));
  EXPECT_THAT(view.commands, ElementsAre("c"));
}

// What protobuf refuses is refused, and nothing outside of the bytes is touched (see asan).
TEST(ExecuteRequestView, RandomBytes) {
  std::mt19937 random(1);
  v1::ExecuteRequest request;
  request.mutable_open()->set_session_id("some id");
  for (int i = 0; i < 5; ++i) request.add_commands(std::string(i * 7, 'c'));
  request.set_acknowledged(12345);
  const std::string valid = request.SerializeAsString();
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = valid.substr(0, random() % (valid.size() + 1));
    for (unsigned flips = random() % 4; flips > 0 && !bytes.empty(); --flips) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    // A copy without slack behind it.
    const std::unique_ptr<char[]> exact(new char[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), exact.get());
    ExecuteRequestView view;
    v1::ExecuteRequest parsed;
    if (view.Parse({exact.get(), bytes.size()}) && parsed.ParseFromString(bytes)) {
      ASSERT_EQ(view.commands.size(), static_cast<size_t>(parsed.commands_size()));
      EXPECT_EQ(view.acknowledged, parsed.acknowledged());
    }
  }
}

absl::Cord AnswerOf(uint64_t sequence, size_t bytes) {
  v1::Result result;
  result.set_sequence(sequence);
  result.mutable_fetch()->mutable_tensor()->set_data(std::string(bytes, 'x'));
  return EncodeAnswer(&result);
}

v1::ExecuteResponse Decode(const absl::Cord& message) {
  v1::ExecuteResponse response;
  EXPECT_TRUE(response.ParseFromString(std::string(message)));
  return response;
}

TEST(ExecuteOutbox, SaysAppliedOnlyOfWhatHasItsAnswersOut) {
  ExecuteOutbox outbox;
  outbox.Add(3, AnswerOf(3, limits::kResponseBytes / 2));
  outbox.Add(5, AnswerOf(5, limits::kResponseBytes));
  outbox.Add(6, AnswerOf(6, 10));
  outbox.Add(7, AnswerOf(7, 10));
  v1::ExecuteResponse response = Decode(outbox.TakeMessage(9));
  EXPECT_EQ(response.results_size(), 1);
  EXPECT_EQ(response.applied(), 3u);
  response = Decode(outbox.TakeMessage(9));
  EXPECT_EQ(response.results_size(), 1);
  EXPECT_EQ(response.applied(), 5u);
  response = Decode(outbox.TakeMessage(9));
  EXPECT_EQ(response.results_size(), 2);
  EXPECT_EQ(response.applied(), 9u);
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(outbox.bytes(), 0);
  // An old answer again does not take anything back.
  outbox.Add(4, AnswerOf(4, 10));
  outbox.Add(4, AnswerOf(4, limits::kResponseBytes));
  response = Decode(outbox.TakeMessage(9));
  EXPECT_EQ(response.applied(), 9u);
}

}  // namespace
}  // namespace gradd::server
