// How the server is seen from outside: health, reflection, metrics, ports, draining.
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.pb.h"
#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "gtest/gtest.h"

#include "core/device/sim/sim_device.h"
#include "proto/codec/status.h"
#include "tests/integration/shell.h"
#include "tests/integration/wire_session.h"
#include "tests/support/patience.h"
#include "tests/support/server_fixture.h"

namespace gradd::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Code = absl::StatusCode;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

absl::Status Check(WireClient& client, const std::string& service, HealthCheckResponse* response) {
  HealthCheckRequest request;
  request.set_service(service);
  return client.Call("/grpc.health.v1.Health/Check", request, response);
}

TEST(Serving, HealthOfEachService) {
  TestServer server;
  WireClient client(server.target());
  HealthCheckResponse response;
  for (const char* service : {"", "gradd.v1.GradientService"}) {
    ASSERT_TRUE(Check(client, service, &response).ok());
    EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
  }
  EXPECT_EQ(Check(client, "nobody", &response).code(), Code::kNotFound);
}

TEST(Serving, HealthWatchHearsOfChanges) {
  TestServer server;
  WireClient client(server.target());
  auto watch = client.Open("/grpc.health.v1.Health/Watch");
  auto unknown = client.Open("/grpc.health.v1.Health/Watch");
  HealthCheckRequest request;
  ASSERT_TRUE(watch->Write(request.SerializeAsString()));
  request.set_service("nobody");
  ASSERT_TRUE(unknown->Write(request.SerializeAsString()));
  HealthCheckResponse response;
  ASSERT_TRUE(response.ParseFromString(*watch->Read()));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
  ASSERT_TRUE(response.ParseFromString(*unknown->Read()));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVICE_UNKNOWN);
  server.environment().Drain();
  ASSERT_TRUE(response.ParseFromString(*watch->Read()));
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  server.Stop();
  EXPECT_FALSE(watch->Finish().ok());
}

TEST(Serving, ALostDeviceTurnsHealthAndRefusesWhatIsNew) {
  TestServer server;
  WireClient client(server.target());
  WireSession session(client);
  WireExecute stream(session);
  auto watch = client.Open("/grpc.health.v1.Health/Watch");
  ASSERT_TRUE(watch->Write(HealthCheckRequest().SerializeAsString()));
  HealthCheckResponse response;
  ASSERT_TRUE(response.ParseFromString(*watch->Read()));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
  EXPECT_FALSE(server.environment().has_lost_device());

  Device& sim = *server.environment().backends().Find({DeviceKind::kSim, 0})->device;
  InjectSimFault(**sim.CreateStream({}));
  ASSERT_TRUE(response.ParseFromString(*watch->Read()));
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  EXPECT_TRUE(server.environment().has_lost_device());
  EXPECT_EQ(stream.End().code(), Code::kUnavailable);
  v1::CreateSessionResponse created;
  const absl::Status refused = client.Call("CreateSession", v1::CreateSessionRequest(), &created);
  EXPECT_EQ(refused.code(), Code::kUnavailable) << refused;
  EXPECT_TRUE(codec::RetryDelay(refused));
  ASSERT_TRUE(Check(client, "", &response).ok());
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING) << "and it stays so";
}

using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

TEST(Serving, ReflectionDescribesTheServices) {
  Config config = TestServer::DefaultConfig();
  config.reflection = true;
  TestServer server(config);
  WireClient client(server.target());
  for (const char* version : {"v1", "v1alpha"}) {
    auto stream = client.Open(
        absl::StrCat("/grpc.reflection.", version, ".ServerReflection/ServerReflectionInfo"));
    const auto ask = [&](const ServerReflectionRequest& request) {
      ServerReflectionResponse response;
      EXPECT_TRUE(stream->Write(request.SerializeAsString()));
      EXPECT_TRUE(response.ParseFromString(stream->Read().value_or("\xff")));
      return response;
    };
    ServerReflectionRequest request;
    request.set_list_services("");
    EXPECT_EQ(ask(request).list_services_response().service_size(), 3);
    request.set_file_containing_symbol("gradd.v1.GradientService");
    const ServerReflectionResponse response = ask(request);
    EXPECT_GT(response.file_descriptor_response().file_descriptor_proto_size(), 5);
    google::protobuf::FileDescriptorProto file;
    ASSERT_TRUE(file.ParseFromString(response.file_descriptor_response().file_descriptor_proto(0)));
    EXPECT_EQ(file.service(0).name(), "GradientService");
    request.set_file_containing_symbol("no.such.Thing");
    EXPECT_EQ(ask(request).error_response().error_code(), 5);
    stream->WritesDone();
    EXPECT_TRUE(stream->Finish().ok());
  }
  TestServer without;
  WireClient other(without.target());
  std::string bytes;
  EXPECT_EQ(
      other.CallRaw("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "", &bytes).code(),
      Code::kUnimplemented);
}

class MetricsTest : public ::testing::Test {
 protected:
  static Config MetricsConfig() {
    Config config = TestServer::DefaultConfig();
    config.metrics = "127.0.0.1:0";
    return config;
  }
  std::string Scrape() {
    return Shell("curl -sS --max-time 20 " + server_.environment().metrics_url()).output;
  }

  TestServer server_{MetricsConfig()};
  WireClient client_{server_.target()};
};

TEST_F(MetricsTest, TellOfOpsCallsAndSessions) {
  WireSession session(client_);
  WireExecute stream(session);
  const uint64_t x = session.Handle(1);
  ASSERT_TRUE(stream.Send({session.Create(1, x, {1, 2, 3}),
                           session.CallOp(2, "mul", {x, x}, session.Handle(2)),
                           session.CallOp(3, "mul", {x, x}, session.Handle(3))}));
  ASSERT_TRUE(stream.AwaitApplied(3));
  std::string bytes;
  (void)client_.CallRaw("NoSuchMethod", "", &bytes);
  (void)client_.CallRaw("/a\"b\\c\n{}/d", "", &bytes);
  (void)client_.CallRaw("Forward", "", &bytes);
  const std::string text = Scrape();
  for (const char* line :
       {"gradd_op_duration_seconds_count{op=\"mul\",phase=\"forward\",device=\"cpu\","
        "dtype=\"float32\"} 2\n",
        "gradd_rpc_errors_total{method=\"other\",code=\"UNIMPLEMENTED\"} 2\n",
        "gradd_rpc_errors_total{method=\"Forward\",code=\"PERMISSION_DENIED\"} 1\n",
        "gradd_rpc_duration_seconds_count{method=\"Attach\",code=\"OK\"} 1\n", "gradd_sessions 1\n",
        "gradd_tensors 3\n", "gradd_commands_total{kind=\"forward\"} 2\n",
        "gradd_commands_total{kind=\"create_tensor\"} 1\n", "gradd_queue_depth 0\n",
        "gradd_command_duration_seconds_count{kind=\"forward\"} 2\n",
        "gradd_command_duration_seconds_count{kind=\"step\"} 0\n", "le=\"1.6384e-05\"",
        "gradd_build_info{version="}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  for (const char* name :
       {"gradd_tensor_bytes ", "gradd_cached_bytes ", "gradd_graph_nodes ",
        "process_resident_memory_bytes ", "process_cpu_seconds_total ", "process_open_fds ",
        "process_max_fds ", "process_start_time_seconds "}) {
    EXPECT_THAT(text, HasSubstr(absl::StrCat("\n", name)));
  }
  EXPECT_THAT(text, HasSubstr("# TYPE gradd_op_device_duration_seconds histogram\n"));
  EXPECT_THAT(text, Not(HasSubstr("gradd_op_device_duration_seconds_count{op=\"mul\"")));
  EXPECT_THAT(text, Not(HasSubstr("gradd_device_memory_used_bytes{device=\"cpu\"")));
  EXPECT_THAT(text, Not(HasSubstr(session.id())));
}

TEST_F(MetricsTest, StreamsAreNoCalls) {
  WireSession session(client_);
  {
    WireExecute stream(session);
    ASSERT_TRUE(stream.stream().WritesDone());
    ASSERT_TRUE(stream.End().ok());
  }
  std::string text;
  for (int i = 0; i < 100 && !absl::StrContains(text, "Execute"); ++i) text = Scrape();
  EXPECT_THAT(text,
              HasSubstr("gradd_stream_duration_seconds_count{method=\"Execute\",code=\"OK\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("gradd_rpc_duration_seconds_count{method=\"Execute\"")));
}

TEST_F(MetricsTest, CommandsOfASessionThatEndsStayCounted) {
  const std::string line = "gradd_commands_total{kind=\"create_tensor\"} ";
  const auto count = [&] {
    const std::string text = Scrape();
    const size_t at = text.find(line);
    return at == std::string::npos ? -1 : std::atoi(text.c_str() + at + line.size());
  };
  constexpr int kSessions = 100;
  std::thread work([&] {
    for (int i = 0; i < kSessions; ++i) {
      WireSession session(client_);
      EXPECT_TRUE(session.CreateTensor(session.Handle(1), {1}).ok());
      v1::DeleteSessionRequest request;
      request.set_session_id(session.id());
      request.set_secret(session.secret());
      v1::DeleteSessionResponse response;
      EXPECT_TRUE(client_.Call("DeleteSession", request, &response).ok());
    }
  });
  int last = 0;
  for (int i = 0; i < 30; ++i) {
    const int now = count();
    EXPECT_GE(now, last);
    last = now;
  }
  work.join();
  EXPECT_EQ(count(), kSessions);
}

TEST_F(MetricsTest, PassPromtool) {
  if (Shell("command -v promtool").status != 0) GTEST_SKIP() << "no promtool";
  WireSession session(client_);
  ASSERT_TRUE(session.CreateTensor(session.Handle(1), {1}).ok());
  const ShellResult check =
      Shell("curl -sS " + server_.environment().metrics_url() + " | promtool check metrics 2>&1");
  EXPECT_EQ(check.status, 0) << check.output;
  EXPECT_EQ(check.output, "");
}

TEST(Serving, MetricsCanBeOffAndOpTimingAlone) {
  TestServer off;
  EXPECT_EQ(off.environment().metrics_url(), "");
  Config config = TestServer::DefaultConfig();
  config.metrics = "127.0.0.1:0";
  config.op_metrics = false;
  TestServer server(config);
  WireClient client(server.target());
  WireSession session(client);
  WireExecute stream(session);
  ASSERT_TRUE(stream.Send(
      {session.Create(1, session.Handle(1), {1}),
       session.CallOp(2, "add", {session.Handle(1), session.Handle(1)}, session.Handle(2))}));
  ASSERT_TRUE(stream.AwaitApplied(2));
  const std::string text = Shell("curl -sS " + server.environment().metrics_url()).output;
  EXPECT_THAT(text, Not(HasSubstr("gradd_op_duration_seconds")));
  EXPECT_THAT(text, HasSubstr("gradd_sessions 1"));
}

TEST(Serving, SeveralPortsAndAUnixSocket) {
  const std::string path = absl::StrCat(::testing::TempDir(), "gradd-", getpid(), ".sock");
  Config config = TestServer::DefaultConfig();
  config.listen = {"127.0.0.1:0", "[::1]:0", "unix:" + path};
  TestServer server(config);
  for (size_t i = 0; i < 3; ++i) {
    WireClient client(server.target(i));
    WireSession session(client);
    EXPECT_TRUE(session.CreateTensor(session.Handle(1), {1}).ok()) << server.target(i);
  }
  // A port is not shared with another server.
  Config second = TestServer::DefaultConfig();
  second.listen = {server.target(0)};
  EXPECT_EQ(Environment::Start(second).status().code(), Code::kFailedPrecondition);
}

TEST(Serving, DrainFinishesWhatWasAcceptedAndRefusesTheRest) {
  Config config = TestServer::DefaultConfig();
  config.drain = testing::kPatience;
  TestServer server(config);
  WireClient client(server.target());
  WireSession session(client);
  WireExecute stream(session), idle_session_stream = [&] {
    static WireSession* const other = new WireSession(client);
    return WireExecute(*other);
  }();
  ASSERT_TRUE(stream.Send({session.CreateMatrix(1, session.Handle(1)),
                           session.Heavy(2, session.Handle(1), session.Handle(2), 100),
                           session.Fetch(3, session.Handle(2))}));
  ASSERT_TRUE(stream.AwaitApplied(1));
  std::thread drain([&] { server.environment().Drain(); });
  absl::SleepFor(absl::Milliseconds(50));
  WireClient late(server.target());
  v1::CreateSessionResponse created;
  const absl::Status refused = late.Call("CreateSession", v1::CreateSessionRequest(), &created);
  EXPECT_EQ(refused.code(), Code::kUnavailable) << refused;
  EXPECT_TRUE(codec::RetryDelay(refused));
  const auto result = stream.AwaitResult(3);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->has_status());
  EXPECT_EQ(stream.End().code(), Code::kUnavailable);
  EXPECT_EQ(idle_session_stream.End().code(), Code::kUnavailable);
  const absl::Time start = absl::Now();
  drain.join();
  EXPECT_LT(absl::Now() - start, testing::kAtOnce);
}

TEST(Serving, DrainEndsInItsTime) {
  Config config = TestServer::DefaultConfig();
  config.drain = absl::Milliseconds(200);
  TestServer server(config);
  WireClient client(server.target());
  WireSession session(client);
  WireExecute stream(session);
  ASSERT_TRUE(stream.Send({session.CreateMatrix(1, session.Handle(1)),
                           session.Heavy(2, session.Handle(1), session.Handle(2), 4000)}));
  ASSERT_TRUE(stream.AwaitApplied(1));
  const absl::Time start = absl::Now();
  server.environment().Drain();
  server.Stop();
  EXPECT_LT(absl::Now() - start, testing::kAtOnce);
  EXPECT_FALSE(stream.End().ok());
}

}  // namespace
}  // namespace gradd::server
