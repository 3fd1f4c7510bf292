// A connection against a server that breaks, fails and waits at will.
#include "client/cpp/connection.h"

#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cpp/gradd.h"
#include "client/cpp/remote_value.h"
#include "tests/client/fake_service.h"

namespace gradd {
namespace {

using ::testing::HasSubstr;

uint64_t HandleOf(const Tensor& tensor) {
  return static_cast<const RemoteValue&>(*tensor.value()).handle();
}
int64_t NumberOf(const Tensor& tensor) {
  return static_cast<int64_t>(HandleOf(tensor) & 0xFFFFFFFFFF);
}

template <class F>
Error ErrorOf(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(absl::StatusCode::kOk, "", "", "", "");
}

std::vector<v1::OpCall> CallsOf(FakeService& service) {
  std::vector<v1::OpCall> calls;
  for (const v1::Command& command : service.commands()) {
    for (const v1::OpCall& call : command.forward().calls()) calls.push_back(call);
  }
  return calls;
}

TEST(Connection, OpsTravelInBatchesAndOnlyAFetchWaits) {
  FakeService service;
  const Connection connection(service.Options());
  Tensor x = ones({2, 3}, on(connection));
  for (int i = 0; i < 1000; ++i) x = x * 2;
  const int64_t number = NumberOf(x);
  EXPECT_EQ(x.sum().Fetch().At(0).To<int64_t>(), number + 1);
  const std::vector<v1::OpCall> calls = CallsOf(service);
  ASSERT_EQ(calls.size(), 1002u);
  EXPECT_EQ(service.Text(calls[500].op_id()), "mul");
  EXPECT_EQ(calls[500].inputs(0), calls[499].output());
  EXPECT_EQ(calls[500].inputs(1), 0u);
  EXPECT_EQ(calls[500].scalars(0).int_value(), 2);
  EXPECT_EQ(calls[500].output() >> 40, 7u);
  EXPECT_LT(service.commands().size(), 200u);  // fewer on a machine that has time
  EXPECT_FALSE(service.confused());
}

TEST(Connection, EachCallNamesItsLine) {
  FakeService service;
  const Connection connection(service.Options());
  const Tensor x = ones({2}, on(connection));
  const int line = __LINE__ + 1;
  Tensor y = x * 2;
  y = 2 - y;
  y = -y;
  y = y.sin();
  y = sum(y);
  y += 1;
  (void)y.Fetch();
  const std::vector<v1::OpCall> calls = CallsOf(service);
  ASSERT_EQ(calls.size(), 7u);
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(service.Text(calls[static_cast<size_t>(i) + 1].source_id()),
              "connection_test.cc:" + std::to_string(line + i));
  }
}

TEST(Connection, ANumberOnTheLeftComesSecondWhereThatIsTheSame) {
  FakeService service;
  const Connection connection(service.Options());
  const Tensor x = ones({2}, on(connection));
  const Tensor product = 2 * x;
  const Tensor sum = 2 + x;
  const Tensor difference = 2 - x;
  connection.Synchronize();
  const std::vector<v1::OpCall> calls = CallsOf(service);
  ASSERT_EQ(calls.size(), 4u);
  EXPECT_EQ(calls[1].inputs(0), HandleOf(x));
  EXPECT_EQ(calls[2].inputs(0), HandleOf(x));
  EXPECT_EQ(calls[3].inputs(1), HandleOf(x));
}

TEST(Connection, AFailureIsThrownWhereTheProgramWaitsAndNamesItsLine) {
  FakeService service;
  service.FailOp("div");
  const Connection connection(service.Options());
  const Tensor x = ones({}, on(connection));
  const int line = __LINE__ + 1;
  const Tensor bad = x / 2;
  const Tensor skipped = x + 1;
  const Error error = ErrorOf([&] { (void)bad.Fetch(); });
  EXPECT_EQ(error.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(error.reason(), "TEST_FAILURE");
  EXPECT_EQ(error.op(), "div");
  EXPECT_EQ(error.source(), "connection_test.cc:" + std::to_string(line));
  EXPECT_EQ(std::string(error.what()),
            "div does not work [op 'div' at connection_test.cc:" + std::to_string(line) + "]");
  // As after any exception, what comes next runs.
  const Tensor fine = x + 3;
  EXPECT_EQ(fine.item<int64_t>(SourceLine::Here()), NumberOf(fine));
}

TEST(Connection, LanesFailByThemselves) {
  FakeService service;
  service.FailOp("div");
  const Connection connection(service.Options());
  const Tensor x = ones({}, on(connection));
  connection.Synchronize();
  const Tensor bad = x / 2;
  connection.Flush();
  std::thread other([&] {
    const Tensor y = x * 2;
    EXPECT_EQ(y.item<int64_t>(), NumberOf(y));
  });
  other.join();
  EXPECT_THROW(connection.Synchronize(), Error);
  EXPECT_NO_THROW(connection.Synchronize());
}

TEST(Connection, InSyncModeAnErrorAppearsAtItsLine) {
  FakeService service;
  service.FailOp("div");
  ConnectionOptions options = service.Options();
  options.sync = true;
  const Connection connection(options);
  const Tensor x = ones({2}, on(connection));
  EXPECT_EQ(ErrorOf([&] { (void)(x / 2); }).op(), "div");
  EXPECT_NO_THROW((void)(x * 2));
}

TEST(Connection, ABrokenStreamIsOpenedAgainAndResent) {
  FakeService service;
  for (uint64_t at = 3; at < 60; at += 7) service.BreakAt(at);
  const Connection connection(service.Options());
  Tensor x = ones({}, on(connection));
  for (int i = 0; i < 40; ++i) {
    x = x + 1;
    EXPECT_EQ(x.item<int64_t>(), NumberOf(x));
  }
  EXPECT_GT(service.streams(), 5);
  EXPECT_FALSE(service.confused());
  EXPECT_EQ(CallsOf(service).size(), 41u);
}

TEST(Connection, WhatAStreamTookThatNeverOpenedIsSentAgain) {
  for (const bool apply : {false, true}) {
    FakeService service;
    service.BreakBeforeOpened(apply);
    ConnectionOptions options = service.Options();
    options.reconnect_timeout = std::chrono::seconds(5);
    const Connection connection(options);
    const Tensor x = ones({}, on(connection));
    EXPECT_EQ(x.item<int64_t>(), NumberOf(x)) << apply;
    const Tensor y = x + 1;
    EXPECT_EQ(y.item<int64_t>(), NumberOf(y)) << apply;
    EXPECT_EQ(service.streams(), 2);
    EXPECT_FALSE(service.confused());
    EXPECT_EQ(CallsOf(service).size(), 2u);
  }
}

TEST(Connection, EachStreamHasAHigherAttempt) {
  FakeService service;
  for (const uint64_t at : {3, 6, 9}) service.BreakAt(at);
  const Connection connection(service.Options());
  Tensor x = ones({}, on(connection));
  for (int i = 0; i < 10; ++i) (void)(x = x + 1).Fetch();
  EXPECT_THAT(service.attempts(), ::testing::ElementsAre(1, 2, 3, 4));
}

TEST(Connection, ASessionThatIsGoneIsLostForGood) {
  FakeService service;
  const Connection connection(service.Options());
  const Tensor x = ones({}, on(connection));
  (void)x.Fetch();
  service.RefuseStreams(grpc::StatusCode::NOT_FOUND);
  service.BreakAt(service.commands().size() + 1);
  EXPECT_EQ(ErrorOf([&] { (void)(x + 1).Fetch(); }).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ErrorOf([&] { (void)(x + 1); }).code(), absl::StatusCode::kNotFound);
}

TEST(Connection, GivesUpAfterAWhile) {
  FakeService service;
  ConnectionOptions options = service.Options();
  options.reconnect_timeout = std::chrono::milliseconds(300);
  const Connection connection(options);
  const Tensor x = ones({}, on(connection));
  (void)x.Fetch();
  service.RefuseStreams(grpc::StatusCode::UNAVAILABLE);
  service.BreakAt(service.commands().size() + 1);
  const Error error = ErrorOf([&] { (void)(x + 1).Fetch(); });
  EXPECT_EQ(error.reason(), "CONNECTION_LOST");
}

TEST(Connection, AnUnwatchedStreamSendsAndReconnectsByItself) {
  FakeService service;
  service.BreakAt(1);
  const Connection connection(service.Options());
  const Tensor x = ones({}, on(connection));
  EXPECT_GE(service.WaitApplied(2), 2u);
  const Tensor y = x + 1;
  EXPECT_GE(service.WaitApplied(3), 3u);
  EXPECT_GE(service.streams(), 2);
}

TEST(Connection, ASlowServerHoldsTheClientBack) {
  FakeService service;
  const Connection connection(service.Options());
  Tensor x = ones({}, on(connection));
  service.Hold(true);
  std::atomic<int> issued = 0;
  std::thread user([&] {
    for (int i = 0; i < 1'000'000; ++i) {
      x = x + 1;
      ++issued;
    }
  });
  int before = -1;
  while (before != issued) {
    before = issued;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_LT(issued, 1'000'000);
  service.Hold(false);
  user.join();
  EXPECT_EQ(x.item<int64_t>(), NumberOf(x));
  EXPECT_FALSE(service.confused());
}

TEST(Connection, HandlesAreReleasedAfterTheirLastUse) {
  FakeService service;
  const Connection connection(service.Options());
  uint64_t handle = 0;
  {
    const Tensor x = ones({}, on(connection));
    handle = HandleOf(x);
    (void)(x + 1);
  }
  connection.Synchronize();
  ASSERT_GE(service.WaitApplied(4), 4u);
  bool released = false;
  for (const v1::Command& command : service.commands()) {
    for (const v1::OpCall& call : command.forward().calls()) {
      EXPECT_FALSE(released && call.inputs_size() > 0 && call.inputs(0) == handle);
    }
    for (const uint64_t gone : command.release().handles()) released = released || gone == handle;
  }
  EXPECT_TRUE(released);
}

TEST(Connection, EndsInOrder) {
  FakeService service;
  {
    const Connection connection(service.Options());
    Tensor x = ones({}, on(connection));
    for (int i = 0; i < 100; ++i) x = x + 1;
  }
  EXPECT_EQ(CallsOf(service).size(), 101u);
  EXPECT_TRUE(service.detached());
  EXPECT_TRUE(service.deleted());
}

TEST(Connection, SaysWhatSessionItWants) {
  FakeService service;
  ConnectionOptions options = service.Options();
  { const Connection connection(options); }
  EXPECT_FALSE(service.wish().allow_tf32());
  EXPECT_FALSE(service.wish().has_seed());
  EXPECT_FALSE(service.wish().has_lease());
  options.device = "sim:3";
  options.seed = 7;
  options.lease = std::chrono::milliseconds(1500);
  options.allow_tf32 = true;
  { const Connection connection(options); }
  EXPECT_EQ(service.wish().device(), "sim:3");
  EXPECT_EQ(service.wish().seed(), 7u);
  EXPECT_EQ(service.wish().lease().nanos(), 500'000'000);
  EXPECT_TRUE(service.wish().allow_tf32());
}

TEST(Connection, AClosedConnectionSaysSo) {
  FakeService service;
  const Connection connection(service.Options());
  const Tensor x = ones({}, on(connection));
  connection.Close();
  EXPECT_EQ(ErrorOf([&] { (void)(x + 1); }).reason(), "CONNECTION_CLOSED");
  EXPECT_EQ(ErrorOf([&] { (void)x.Fetch(); }).reason(), "CONNECTION_CLOSED");
}

TEST(Connection, WithoutAServerTheErrorNamesTheTarget) {
  ConnectionOptions options;
  options.target = "127.0.0.1:1";
  options.connect_timeout = std::chrono::milliseconds(200);
  const Error error = ErrorOf([&] { const Connection connection(options); });
  EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(error.message(), HasSubstr("no server answers at 127.0.0.1:1"));
}

TEST(Connection, ManyThreadsShareIt) {
  FakeService service;
  service.BreakAt(50);
  service.BreakAt(500);
  const Connection connection(service.Options());
  const Tensor shared = ones({}, on(connection));
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        Tensor y = shared;
        for (int j = 0; j < 5; ++j) y = y * 2 + shared;
        EXPECT_TRUE(i % 3 != 0 || y.item<int64_t>() == NumberOf(y));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  connection.Synchronize();
  EXPECT_FALSE(service.confused());
  EXPECT_EQ(CallsOf(service).size(), 8u * 100 * 10 + 1);
}

TEST(Connection, ThreadsMayLookAtOneTensor) {
  FakeService service;
  service.SetOnCommand([](const v1::Command& command, v1::Result& result) {
    if (command.has_describe_tensor()) {
      result.mutable_describe_tensor()->set_requires_grad(true);
      result.mutable_describe_tensor()->set_version(3);
    }
    if (command.has_get_grad()) {
      result.mutable_get_grad()->set_defined(true);
      result.mutable_get_grad()->mutable_spec()->set_dtype(v1::DTYPE_FLOAT32);
    }
    if (command.has_describe_graph()) {
      // A graph whose second node only a second description reaches.
      v1::GraphNode& node = *result.mutable_describe_graph()->add_nodes();
      const bool second = command.describe_graph().node() != 0;
      EXPECT_NE(command.describe_graph().tensor(), 0u);
      node.set_id(second ? 2 : 1);
      node.set_name(second ? "Second" : "First");
      if (!second) node.add_next()->set_node(2);
    }
  });
  const Connection connection(service.Options());
  const Tensor x = ones({}, on(connection).requires_grad(true));
  // Whether this requires grad, only the server knows.
  const Tensor shared = grad({x * x}, {x}, {}, {.create_graph = true})[0];
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        EXPECT_TRUE(shared.requires_grad());
        EXPECT_FALSE(shared.is_leaf());
        EXPECT_EQ(shared.version(), 3u);
        EXPECT_TRUE(shared.grad().defined());
        const Node node = shared.grad_fn();
        EXPECT_EQ(node.next_functions()[0].node.name(), "Second");
        (void)(shared * 2);
        connection.session().GraphChanged();  // as another tensor's backward does
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Connection, AnswersAreAcknowledged) {
  FakeService service;
  const Connection connection(service.Options());
  const Tensor x = ones({}, on(connection));
  for (int i = 0; i < 5; ++i) (void)x.Fetch();
  EXPECT_GE(service.acknowledged(), 5u);
}

// The server keeps them until then, and may have room for no more.
TEST(Connection, LargeAnswersAreAcknowledgedWhenTheyHaveCome) {
  FakeService service;
  const Connection connection(service.Options());
  const Tensor x = ones({1 << 19}, on(connection));
  v1::TensorData data;
  data.set_dtype(v1::DTYPE_FLOAT32);
  data.add_shape(1 << 19);
  data.set_data(std::string(2 << 20, '\0'));
  service.SetData(data);
  (void)x.Fetch();
  const auto late = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (service.acknowledged() < 2 && std::chrono::steady_clock::now() < late) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_GE(service.acknowledged(), 2u);
}

TEST(Connection, DataDependentOpsWaitForTheirShape) {
  FakeService service;
  service.SetOnCommand([](const v1::Command& command, v1::Result& result) {
    for (const v1::OpCall& call : command.forward().calls()) {
      if (call.inputs_size() != 1) continue;
      v1::OutputSpec& output = *result.mutable_forward()->add_outputs();
      output.set_handle(call.output());
      output.mutable_spec()->set_dtype(v1::DTYPE_INT64);
      output.mutable_spec()->add_shape(5);
      output.mutable_spec()->add_shape(2);
    }
  });
  const Connection connection(service.Options());
  const Tensor x = ones({3, 4}, on(connection));
  EXPECT_EQ(x.nonzero().shape(), (Dims{5, 2}));
}

}  // namespace
}  // namespace gradd
