// Slow readers, floods and clients that acknowledge nothing cost bounded memory.
#include <unistd.h>

#include <fstream>
#include <string>

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

// 0 under a sanitizer, whose shadow memory and quarantine say nothing about the server.
int64_t ResidentBytes() {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  return 0;
#endif
  std::ifstream file("/proc/self/statm");
  int64_t size = 0, pages = 0;
  file >> size >> pages;
  return pages * sysconf(_SC_PAGESIZE);
}

class FlowTest : public ::testing::Test {
 protected:
  // Half a megabyte under handle 1, made by command 1.
  void MakeTensor(WireExecute& stream) {
    ASSERT_TRUE(
        stream.Send({session_.Create(1, session_.Handle(1), std::vector<float>(128 << 10, 1))}));
    ASSERT_TRUE(stream.AwaitApplied(1));
  }
  std::vector<v1::Command> Fetches(uint64_t first, uint64_t last) {
    std::vector<v1::Command> commands;
    for (uint64_t i = first; i <= last; ++i)
      commands.push_back(session_.Fetch(i, session_.Handle(1)));
    return commands;
  }

  FakeClock clock_;
  TestServer server_{TestServer::DefaultConfig(), &clock_};
  WireClient client_{server_.target()};
  WireSession session_{client_};
};

TEST_F(FlowTest, AnswersThatNobodyReadsWaitAtTheServersPace) {
  WireExecute stream(session_);
  MakeTensor(stream);
  const int64_t before = ResidentBytes();
  constexpr uint64_t kLast = 600;  // 300 MB of answers
  ASSERT_TRUE(stream.Send(Fetches(2, kLast)));
  absl::SleepFor(absl::Seconds(1));
  EXPECT_LT(ResidentBytes() - before, 40 << 20);
  // Read and acknowledged, they all come.
  for (uint64_t i = 2; i <= kLast; ++i) {
    const auto result = stream.AwaitResult(i);
    ASSERT_TRUE(result) << i;
    ASSERT_EQ(result->fetch().tensor().data().size(), 512u << 10);
    if (i % 20 == 0) {
      ASSERT_TRUE(stream.Send({}, i));
    }
  }
}

TEST_F(FlowTest, WhoAcknowledgesNothingIsRefusedInTheEnd) {
  WireExecute stream(session_);
  MakeTensor(stream);
  uint64_t next = 2;
  // The stream reads every answer, but keeps quiet about it.
  for (bool open = true; open && next < 100'000; next += 10) {
    // Padding makes the flood: commands that wait fill the inbox.
    std::vector<v1::Command> commands = Fetches(next, next + 9);
    commands[0].mutable_fetch()->set_source(std::string(100'000, 's'));
    open = stream.Send(commands);
    while (open && stream.ReadOne(absl::Milliseconds(20))) {
    }
  }
  const absl::Status status = stream.stream().Finish();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_EQ(ErrorReason(status), "QUOTA_ANSWERS");
  // What it has is not lost: the next stream acknowledges and goes on.
  WireExecute again(session_, stream.applied());
  EXPECT_GE(again.applied_at_open(), stream.applied());
  const uint64_t last = again.applied_at_open() + 1;
  ASSERT_TRUE(again.Send(Fetches(last, last), last - 1));
  EXPECT_TRUE(again.AwaitResult(last));
}

TEST_F(FlowTest, FloodStopsAtTheServersDoor) {
  v1::CreateTensorRequest create = session_.CreateMatrix(0, session_.Handle(1)).create_tensor();
  *create.mutable_scope() = session_.Scope();
  v1::CreateTensorResponse created;
  ASSERT_TRUE(client_.Call("CreateTensor", create, &created).ok());
  WireExecute stream(session_);
  v1::Command heavy = session_.Heavy(1, session_.Handle(1), session_.Handle(2), 2000);
  heavy.mutable_forward()->mutable_calls(0)->set_source(std::string(1 << 20, 's'));
  const int64_t before = ResidentBytes();
  int64_t sent = 0;
  for (uint64_t i = 1; i <= 200; ++i) {
    heavy.set_sequence(i);
    v1::ExecuteRequest request;
    request.add_commands(heavy.SerializeAsString());
    const std::string bytes = request.SerializeAsString();
    if (!stream.stream().Write(bytes, absl::Seconds(1))) break;
    sent += static_cast<int64_t>(bytes.size());
  }
  EXPECT_LT(sent, 32 << 20);
  // Of what the process took, the results of the ops are the session's own.
  v1::GetSessionRequest get;
  get.set_session_id(session_.id());
  get.set_secret(session_.secret());
  v1::GetSessionResponse got;
  const int64_t after = ResidentBytes();
  ASSERT_TRUE(client_.Call("GetSession", get, &got).ok());
  EXPECT_LT(after - before - got.tensor_bytes(), 80 << 20);
  // Others are served meanwhile.
  WireSession other(client_);
  EXPECT_TRUE(other.CreateTensor(other.Handle(1), {1}).ok());
  v1::DeleteSessionRequest remove;
  remove.set_session_id(session_.id());
  remove.set_secret(session_.secret());
  v1::DeleteSessionResponse removed;
  EXPECT_TRUE(client_.Call("DeleteSession", remove, &removed).ok());
}

TEST_F(FlowTest, ReaderThatStandsStillIsBrokenOff) {
  WireExecute stream(session_);
  MakeTensor(stream);
  ASSERT_TRUE(stream.Send(Fetches(2, 100)));
  absl::SleepFor(absl::Milliseconds(300));
  for (int look = 0; look < 3; ++look) {
    clock_.Advance(limits::kStall + absl::Seconds(1));
    absl::SleepFor(absl::Milliseconds(300));
  }
  EXPECT_FALSE(stream.End().ok());
  // Nothing is lost by that.
  WireExecute again(session_, stream.applied());
  const uint64_t last = again.applied_at_open() + 1;
  ASSERT_TRUE(again.Send(Fetches(last, last), stream.applied()));
  EXPECT_TRUE(again.AwaitResult(last));
}

TEST_F(FlowTest, StreamThatIsNeverOpenedEnds) {
  auto stream = client_.Open("Execute", {.timeout = absl::InfiniteDuration()});
  absl::SleepFor(absl::Milliseconds(150));
  clock_.Advance(limits::kStall + absl::Seconds(1));
  EXPECT_FALSE(stream->Finish().ok());
}

// A session with much to do holds no other up.
TEST_F(FlowTest, HeavySessionLeavesALightOneItsTime) {
  v1::CreateTensorRequest create = session_.CreateMatrix(0, session_.Handle(1)).create_tensor();
  *create.mutable_scope() = session_.Scope();
  v1::CreateTensorResponse created;
  ASSERT_TRUE(client_.Call("CreateTensor", create, &created).ok());
  WireExecute stream(session_);
  std::vector<v1::Command> commands;
  for (uint64_t i = 0; i < 300; ++i) {
    commands.push_back(session_.Heavy(i + 1, session_.Handle(1), session_.Handle(2 + i * 2), 2));
  }
  ASSERT_TRUE(stream.Send(commands));
  WireSession light(client_);
  const absl::Time start = absl::Now();
  for (uint64_t i = 1; i <= 50; ++i) ASSERT_TRUE(light.CreateTensor(light.Handle(i), {1}).ok());
  EXPECT_LT(absl::Now() - start, testing::kAtOnce);
  v1::DeleteSessionRequest remove;
  remove.set_session_id(session_.id());
  remove.set_secret(session_.secret());
  v1::DeleteSessionResponse removed;
  EXPECT_TRUE(client_.Call("DeleteSession", remove, &removed).ok());
}

}  // namespace
}  // namespace gradd::server
