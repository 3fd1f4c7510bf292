// What client and server say alike; error_texts_test.cc has PyTorch's texts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cpp/call.h"
#include "client/cpp/gradd.h"
#include "client/cpp/remote_value.h"
#include "core/base/status.h"
#include "tests/support/running_server.h"

namespace gradd {
namespace {

using ::testing::ElementsAre;

class ErrorsTest : public ::testing::TestWithParam<bool> {
 protected:
  ErrorsTest() : connection_(Options()) { Connection::SetDefault(connection_); }
  ~ErrorsTest() override { Connection::ClearDefault(); }

 private:
  ConnectionOptions Options() {
    ConnectionOptions options;
    options.target = server_.target();
    options.sync = GetParam();
    return options;
  }

  testing::RunningServer server_;
  const Connection connection_;
};
INSTANTIATE_TEST_SUITE_P(Modes, ErrorsTest, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "sync" : "async"; });

// The client checks in-place results by itself; a client that does not hears the same.
TEST_P(ErrorsTest, TheServersTextOfACastIsTheClients) {
  const Tensor counts = tensor({1, 2});
  const Tensor a = tensor({0.5, 1.5});
  RemoteSession& session = counts.remote("test", SourceLine::Here()).session();
  Lane& lane = session.lane();
  const uint64_t inputs[] = {counts.remote("test", SourceLine::Here()).handle(),
                             a.remote("test", SourceLine::Here()).handle()};
  codec::OpCall call;
  call.op_id = session.IdOf(lane, OpNamed("add"));
  call.inputs = inputs;
  call.in_place = true;
  const absl::Status status = session.Ask(lane, call, {}).status();
  try {
    counts.add_(a);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "result type Float can't be cast to the desired output type Long");
    EXPECT_EQ(status.message(), error.message());
    EXPECT_EQ(ErrorReason(status), error.reason());
  }
}

TEST_P(ErrorsTest, AViewMadeInNoGradFollowsWhatIsWrittenLater) {
  const Tensor a = ones({2});
  a.requires_grad_();
  const Tensor x = a * 2;
  x.add_(1);
  Tensor view;
  {
    const NoGradGuard guard;
    view = x.slice();
  }
  EXPECT_FALSE(view.requires_grad());
  x.mul_(a);
  EXPECT_TRUE(view.requires_grad());
  view.sum().backward();
  EXPECT_THAT(a.grad().to_vector<float>(), ElementsAre(5, 5)) << "of (2a + 1)a";
}

}  // namespace
}  // namespace gradd
