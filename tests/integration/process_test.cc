// The gradd program itself: what it prints, how it ends, and what a client that is killed leaves.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "grpc/health/v1/health.pb.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "proto/codec/status.h"
#include "server/exit_status.h"
#include "server/limits.h"
#include "tests/integration/shell.h"
#include "tests/integration/wire_session.h"
#include "tests/support/patience.h"

namespace gradd::server {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

// A child process whose output can be read, with `errors` what it says to standard error too.
class Process {
 public:
  explicit Process(const std::vector<std::string>& words, bool errors = false) {
    int pipes[2];
    if (pipe(pipes) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      dup2(pipes[1], STDOUT_FILENO);
      if (errors) dup2(pipes[1], STDERR_FILENO);
      close(pipes[0]);
      std::vector<char*> arguments;
      for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
      arguments.push_back(nullptr);
      execv(arguments[0], arguments.data());
      _exit(127);
    }
    close(pipes[1]);
    output_ = fdopen(pipes[0], "r");
  }
  ~Process() {
    if (pid_ > 0) {
      Signal(SIGKILL);
      (void)Wait();
    }
    if (output_ != nullptr) fclose(output_);
  }

  std::string ReadLine() {
    char line[1024];
    if (fgets(line, sizeof(line), output_) == nullptr) return "";
    return line;
  }
  void Signal(int signal) { kill(pid_, signal); }
  // The exit status; -1 when it was killed.
  int Wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
  FILE* output_ = nullptr;
};

class ProcessTest : public ::testing::Test {
 protected:
  static std::vector<std::string> Words(std::vector<std::string> flags) {
    flags.insert(flags.begin(), {GRADD_BINARY, "--listen=127.0.0.1:0", "--log_level=off"});
    return flags;
  }
  static std::string TargetIn(const std::string& line) {
    EXPECT_THAT(line, MatchesRegex("gradd: listening on 127\\.0\\.0\\.1:[0-9]+\n"));
    return line.substr(line.rfind(' ') + 1, line.size() - line.rfind(' ') - 2);
  }
};

TEST_F(ProcessTest, SaysWhereItListensServesAndStops) {
  Process server(Words({"--metrics=127.0.0.1:0"}));
  const std::string target = TargetIn(server.ReadLine());
  const std::string metrics = server.ReadLine();
  EXPECT_THAT(metrics, MatchesRegex("gradd: metrics on http://127\\.0\\.0\\.1:[0-9]+/metrics\n"));
  WireClient client(target);
  WireSession session(client);
  EXPECT_TRUE(session.CreateTensor(session.Handle(1), {1}).ok());
  WireExecute stream(session);
  const absl::Time start = absl::Now();
  server.Signal(SIGTERM);
  EXPECT_EQ(stream.End().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(server.ReadLine(), "");
  EXPECT_EQ(server.Wait(), 0);
  EXPECT_LT(absl::Now() - start, testing::kAtOnce);
}

// Commands 1 to 3: handle 1 is {1, 2}, handle 2 its double, which is fetched.
std::optional<v1::Result> Double(const WireSession& session, WireExecute& stream) {
  const uint64_t x = session.Handle(1), y = session.Handle(2);
  EXPECT_TRUE(stream.Send(
      {session.Create(1, x, {1, 2}), session.CallOp(2, "add", {x, x}, y), session.Fetch(3, y)}));
  return stream.AwaitResult(3);
}

TEST_F(ProcessTest, ComputesOnADeviceOfAModule) {
  Process server(Words({"--metrics=off", "--backend_module=" GRADD_SIM_MODULE, "--device=sim:7"}));
  WireClient client(TargetIn(server.ReadLine()));
  WireSession session(client);
  WireExecute stream(session);
  const auto result = Double(session, stream);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->fetch().tensor().data(), std::string("\0\0\0\x40\0\0\x80\x40", 8)) << "2 and 4";
}

TEST_F(ProcessTest, EndsByItselfWhenADeviceIsLost) {
  setenv("GRADD_SIM_FAULT_OP", "erf", 1);
  Process server(Words({"--metrics=off", "--backend_module=" GRADD_SIM_MODULE, "--device=sim:7",
                        "--log_level=error"}),
                 true);
  unsetenv("GRADD_SIM_FAULT_OP");
  WireClient client(TargetIn(server.ReadLine()));
  auto watch = client.Open("/grpc.health.v1.Health/Watch");
  ASSERT_TRUE(watch->Write(""));
  grpc::health::v1::HealthCheckResponse health;
  ASSERT_TRUE(health.ParseFromString(watch->Read().value_or("\xff")));
  EXPECT_EQ(health.status(), grpc::health::v1::HealthCheckResponse::SERVING);
  WireSession session(client);
  WireExecute stream(session);
  const auto good = Double(session, stream);
  ASSERT_TRUE(good);
  EXPECT_FALSE(good->has_status()) << good->ShortDebugString();

  const absl::Time start = absl::Now();
  ASSERT_TRUE(stream.Send({session.CallOp(4, "erf", {session.Handle(1)}, session.Handle(3)),
                           session.Fetch(5, session.Handle(3))}));
  const auto failed = stream.AwaitResult(5);
  ASSERT_TRUE(failed);
  EXPECT_EQ(ErrorReason(codec::DecodeStatus(failed->status(), nullptr)), "DEVICE_FAULT");
  ASSERT_TRUE(health.ParseFromString(watch->Read().value_or("\xff")));
  EXPECT_EQ(health.status(), grpc::health::v1::HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(stream.End().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(server.ReadLine(),
              HasSubstr("error device sim:7 is lost, nothing new is served: sim: device fault"));
  EXPECT_THAT(server.ReadLine(), HasSubstr("error ending with 75, to be started again"));
  EXPECT_EQ(server.Wait(), kExitDeviceLost);
  EXPECT_LT(absl::Now() - start, testing::kAtOnce);
}

// Work on the processor that was accepted is answered, whatever became of the device.
TEST_F(ProcessTest, FinishesOtherWorkWhenADeviceIsLost) {
  setenv("GRADD_SIM_FAULT_OP", "erf", 1);
  Process server(Words({"--metrics=off", "--backend_module=" GRADD_SIM_MODULE}));
  unsetenv("GRADD_SIM_FAULT_OP");
  WireClient client(TargetIn(server.ReadLine()));
  v1::CreateSessionRequest on_device;
  on_device.set_device("sim:7");
  WireSession lost(client, on_device), other(client);
  WireExecute stream(other);
  ASSERT_TRUE(stream.Send({other.CreateMatrix(1, other.Handle(1))}));
  ASSERT_TRUE(stream.AwaitApplied(1));
  const absl::Time start = absl::Now();
  ASSERT_TRUE(stream.Send({other.Heavy(2, other.Handle(1), other.Handle(2), 1)}));
  ASSERT_TRUE(stream.AwaitApplied(2));
  const absl::Duration once = absl::Now() - start;
  // A quarter of the time that a server without its device gives, however slow this build is.
  const int count = std::clamp(static_cast<int>(limits::kLostDeviceDrain / 4 / once), 1, 200);
  ASSERT_TRUE(lost.CreateTensor(lost.Handle(1), {1}).ok());
  ASSERT_TRUE(stream.Send({other.Heavy(3, other.Handle(1), other.Handle(3), count),
                           other.Fetch(4, other.Handle(3 + count - 1))}));
  v1::ForwardRequest erf = lost.CallOp(0, "erf", {lost.Handle(1)}, lost.Handle(2)).forward();
  *erf.mutable_scope() = lost.Scope();
  v1::ForwardResponse response;
  (void)client.Call("Forward", erf, &response);
  const auto result = stream.AwaitResult(4);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->has_status()) << result->ShortDebugString();
  EXPECT_EQ(server.Wait(), kExitDeviceLost);
}

TEST_F(ProcessTest, ASignalOfSomebodyElseIsNoLoss) {
  Process server(Words({"--metrics=off"}));
  WireClient client(TargetIn(server.ReadLine()));
  server.Signal(SIGUSR1);
  WireSession session(client);
  EXPECT_TRUE(session.CreateTensor(session.Handle(1), {1}).ok());
  server.Signal(SIGTERM);
  EXPECT_EQ(server.Wait(), 0);
}

#if defined(GRADD_CUDA_MODULE)
TEST_F(ProcessTest, GoesOnWithoutCudaDevices) {
  // Where there is a device, the server serves until it is killed.
  const ShellResult refused = Shell("timeout 20 " GRADD_BINARY
                                    " --metrics=off --listen=127.0.0.1:0 --device=cuda:0 "
                                    "--backend_module=" GRADD_CUDA_MODULE " 2>&1");
  if (refused.status != 2) GTEST_SKIP() << "this machine has a CUDA device";
  EXPECT_THAT(refused.output,
              HasSubstr("--device=cuda:0: this server has no such device; no CUDA device: "));
  Process server(Words({"--metrics=off", "--backend_module=" GRADD_CUDA_MODULE}));
  WireClient client(TargetIn(server.ReadLine()));
  WireSession session(client);
  EXPECT_TRUE(session.CreateTensor(session.Handle(1), {1}).ok());
}
#endif

TEST_F(ProcessTest, RefusesWhatItCannotDo) {
  const auto refused = [](const std::string& flags) {
    const ShellResult result = Shell(std::string(GRADD_BINARY) + " " + flags + " 2>&1");
    EXPECT_EQ(result.status, kExitRefused) << flags;
    return result.output;
  };
  EXPECT_THAT(refused("--listen=0.0.0.0:0"), HasSubstr("--insecure"));
  EXPECT_THAT(refused("--nonsense"), HasSubstr("--nonsense"));
  EXPECT_THAT(refused("--device=cuda:7 --listen=127.0.0.1:0"),
              HasSubstr("cuda:7: this server has no such device; CUDA devices come with "
                        "--backend_module=libgradd_cuda.so"));
  EXPECT_THAT(refused("--log_level=loud"), HasSubstr("log_level"));
  EXPECT_THAT(refused("--backend_module=libgradd_nothing.so --listen=127.0.0.1:0"),
              HasSubstr("libgradd_nothing.so"));
  EXPECT_EQ(Shell(std::string(GRADD_BINARY) + " --help").status, 0);
}

// The client's part of the next test, in a process of its own: works until it is killed.
TEST(ProcessTestClient, DISABLED_Works) {
  WireClient client(getenv("GRADD_TEST_TARGET"));
  v1::CreateSessionRequest request;
  request.mutable_lease()->set_seconds(1);
  WireSession session(client, request);
  WireExecute stream(session);
  const uint64_t x = session.Handle(1);
  ASSERT_TRUE(stream.Send({session.Create(1, x, std::vector<float>(1 << 18, 1))}));
  for (uint64_t i = 2;; ++i) {
    ASSERT_TRUE(stream.Send({session.CallOp(i, "add", {x, x}, session.Handle(i % 50 + 2)),
                             session.Release(i + 1, session.Handle(i % 50 + 2))},
                            stream.applied()));
    ++i;
    if (i % 10 == 9) {
      ASSERT_TRUE(stream.AwaitApplied(i - 9));
    }
    if (i == 99) {
      std::printf("works\n");
      std::fflush(stdout);
    }
  }
}

TEST_F(ProcessTest, KilledClientLeavesNothingAfterItsLease) {
  Process server(Words({"--metrics=127.0.0.1:0"}));
  const std::string target = TargetIn(server.ReadLine());
  const std::vector<std::string> words = absl::StrSplit(server.ReadLine(), ' ');
  const std::string url = words.back().substr(0, words.back().size() - 1);
  const auto gauge = [&](const std::string& name) {
    const std::string text = Shell("curl -sS " + url + " | sed -n 's/^" + name + " //p'").output;
    return std::atof(text.c_str());
  };
  setenv("GRADD_TEST_TARGET", target.c_str(), 1);
  Process client(
      {"/proc/self/exe", "--gtest_filter=ProcessTestClient.*", "--gtest_also_run_disabled_tests"});
  while (client.ReadLine() != "works\n") {
  }
  EXPECT_EQ(gauge("gradd_sessions"), 1);
  EXPECT_GE(gauge("gradd_tensor_bytes"), 1 << 20);
  client.Signal(SIGKILL);
  for (int i = 0; i < 100 && gauge("gradd_sessions") > 0; ++i)
    absl::SleepFor(absl::Milliseconds(100));
  EXPECT_EQ(gauge("gradd_sessions"), 0);
  absl::SleepFor(absl::Milliseconds(100));  // the session ends on its strand
  EXPECT_EQ(gauge("gradd_tensor_bytes"), 0);
  EXPECT_EQ(gauge("gradd_tensors"), 0);
  EXPECT_EQ(gauge("gradd_queue_depth"), 0);
}

}  // namespace
}  // namespace gradd::server
