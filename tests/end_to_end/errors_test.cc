// PyTorch's texts, at the line in sync mode and at the fetch with the line named otherwise.
#include <functional>

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
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ErrorsTest : public ::testing::TestWithParam<bool> {
 protected:
  ErrorsTest() : connection_(Options()) { Connection::SetDefault(connection_); }
  ~ErrorsTest() override { Connection::ClearDefault(); }

  // Runs `line`, then looks at `probe`. In sync mode the error has to come from the line itself.
  Error Catch(const std::function<void()>& line, const Tensor& probe) {
    try {
      line();
      if (GetParam()) ADD_FAILURE() << "in sync mode the line itself throws";
      (void)probe.to_vector<float>();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return Error(absl::StatusCode::kUnknown, "", "", "", "");
  }

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

TEST_P(ErrorsTest, SecondBackward) {
  const Tensor a = tensor({1.0, 2.0}, requires_grad());
  const Tensor loss = exp(a).sum();
  loss.backward();
  const int line = __LINE__ + 1;
  const Error error = Catch([&] { loss.backward(); }, a);
  EXPECT_THAT(error.what(), StartsWith("Trying to backward through the graph a second time"));
  EXPECT_THAT(error.source(), EndsWith("errors_test.cc:" + std::to_string(line)));
  EXPECT_EQ(error.op(), "backward");
  EXPECT_THAT(a.to_vector<float>(), ElementsAre(1, 2)) << "the next request is answered";
}

TEST_P(ErrorsTest, ModifiedInPlace) {
  const Tensor a = tensor({1.0, 2.0}, requires_grad());
  const Tensor x = a * 1;
  const Tensor y = sin(x).sum();
  x.add_(1);
  const Error error = Catch([&] { y.backward(); }, a);
  EXPECT_THAT(
      error.what(),
      StartsWith("one of the variables needed for gradient computation has been modified by "
                 "an inplace operation: [torch.FloatTensor [2]], which is output 0 of "
                 "MulBackward0, is at version 1; expected version 0 instead."));
}

TEST_P(ErrorsTest, NotScalar) {
  const Tensor a = tensor({1.0, 2.0}, requires_grad());
  const Tensor y = a * 2;
  const Error error = Catch([&] { y.backward(); }, a);
  EXPECT_THAT(error.what(), StartsWith("grad can be implicitly created only for scalar outputs"));
}

TEST_P(ErrorsTest, IndexOutOfRange) {
  const Tensor a = tensor({1.0, 2.0});
  const Tensor index = tensor({0, 5});
  Tensor picked;
  const Error error = Catch(
      [&] {
        picked = index_select(a, index, 0);
        if (!GetParam()) (void)picked.to_vector<float>();
      },
      a);
  EXPECT_THAT(error.what(), StartsWith("index out of range in self"));
  EXPECT_EQ(error.op(), "index_select");
}

TEST_P(ErrorsTest, WhatTheClientKnowsIsThrownAtTheLine) {
  const Tensor a = tensor({1.0, 2.0}, requires_grad());
  const auto text = [](const std::function<void()>& line) {
    try {
      line();
    } catch (const Error& error) {
      return error.message();
    }
    return std::string("nothing was thrown");
  };
  EXPECT_EQ(text([&] { sin_(a); }),
            "a leaf Variable that requires grad is being used in an in-place operation.");
  EXPECT_EQ(text([&] { a[0].mul_(2); }),
            "a view of a leaf Variable that requires grad is being used in an in-place operation.");
  EXPECT_EQ(text([&] {
              (void)(a + tensor({1.0, 2.0, 3.0}));
            }),
            "The size of tensor a (2) must match the size of tensor b (3) at non-singleton "
            "dimension 0");
  EXPECT_EQ(text([&] {
              tensor({1, 2}).requires_grad_();
            }),
            "only Tensors of floating point and complex dtype can require gradients");
  EXPECT_THAT(text([&] { (a * 2).requires_grad_(false); }),
              StartsWith("you can only change requires_grad flags of leaf variables. If you want"));
  EXPECT_EQ(text([&] { tensor({1.0}).retain_grad(); }),
            "can't retain_grad on Tensor that has requires_grad=False");
  EXPECT_THAT(
      text([&] { a.set_grad(ones({3})); }),
      StartsWith("attempting to assign a gradient of size '[3]' to a tensor of size '[2]'"));
  EXPECT_THAT(a.to_vector<float>(), ElementsAre(1, 2));
}

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
