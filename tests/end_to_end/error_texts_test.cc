// PyTorch's error texts over a connection: thrown at the line in sync mode; in async mode by the
// next fetch, which names the line, unless the client knows by itself. Whatever happened, nothing
// is lost and the next request is answered.
//
// Not here, for this client has no such thing: numpy(), hooks, out=, gradients that are no tensors,
// warnings, and the error about an empty `inputs` (an empty list means all leaves). Parts that
// split() or unbind() makes are views of one output each here, so they may be changed in place.
#include <cstdlib>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cpp/gradd.h"
#include "tests/support/running_server.h"

namespace gradd {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::StartsWith;

// Who finds the error out: a client that knows throws at the line in both modes.
enum Finder { kClient, kServer };

struct ErrorCase {
  const char* name;
  Finder finder;
  const char* op;
  const char* text;  // how it begins
  // Its last statement fails; says before in which line.
  void (*run)(int& line);

  friend void PrintTo(const ErrorCase& c, std::ostream* out) { *out << c.name; }
};

Tensor Leaf() { return tensor({1.0, 2.0}, requires_grad()); }

constexpr char kModified[] =
    "one of the variables needed for gradient computation has been modified by an inplace "
    "operation: ";
constexpr char kNotScalar[] = "grad can be implicitly created only for scalar outputs";
constexpr char kNoGraph[] =
    "element 0 of tensors does not require grad and does not have a grad_fn";
constexpr char kOnlyLeaves[] =
    "you can only change requires_grad flags of leaf variables. If you want to use a computed "
    "variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().";

const ErrorCase kCases[] = {
    // Engine.
    {"BackwardOfAVector", kClient, "backward", kNotScalar,
     [](int& line) {
       const Tensor y = Leaf() * 2;
       line = __LINE__, y.backward();
     }},
    {"GradOfAVector", kClient, "grad", kNotScalar,
     [](int& line) {
       const Tensor a = Leaf(), y = a * 2;
       line = __LINE__, grad({y}, {a});
     }},
    {"SecondBackward", kServer, "backward",
     "Trying to backward through the graph a second time (or directly access saved tensors after "
     "they have already been freed). Saved intermediate values of the graph are freed when you "
     "call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward "
     "through the graph a second time or if you need to access saved tensors after calling "
     "backward.",
     [](int& line) {
       const Tensor loss = exp(Leaf()).sum();
       loss.backward();
       line = __LINE__, loss.backward();
     }},
    {"SecondGrad", kServer, "grad", "Trying to backward through the graph a second time",
     [](int& line) {
       const Tensor a = Leaf(), loss = exp(a).sum();
       grad({loss}, {a});
       line = __LINE__, grad({loss}, {a});
     }},
    {"BackwardWithoutAGraph", kClient, "backward", kNoGraph,
     [](int& line) {
       const Tensor y = ones({2}).sum();
       line = __LINE__, y.backward();
     }},
    {"BackwardOfADetachedTensor", kClient, "backward", kNoGraph,
     [](int& line) {
       const Tensor y = Leaf().sum().detach();
       line = __LINE__, y.backward();
     }},
    // Whether a gradient made with create_graph depends on anything, only the server knows.
    {"BackwardOfAConstantGradient", kServer, "backward", kNoGraph,
     [](int& line) {
       const Tensor a = Leaf();
       GradOptions options;
       options.create_graph = true;
       const Tensor two = grad({(a * 2).sum()}, {a}, {}, options)[0].sum();
       line = __LINE__, two.backward();
     }},
    {"InputWithoutGrad", kClient, "grad", "One of the differentiated Tensors does not require grad",
     [](int& line) {
       const Tensor y = Leaf().sum(), b = ones({2});
       line = __LINE__, grad({y}, {b});
     }},
    {"InputUnused", kServer, "grad",
     "One of the differentiated Tensors appears to not have been used in the graph. Set "
     "allow_unused=True if this is the desired behavior.",
     [](int& line) {
       const Tensor y = Leaf().sum(), b = Leaf();
       line = __LINE__, grad({y}, {b});
     }},
    {"GradOutputOfAnotherShape", kClient, "grad",
     "Mismatch in shape: grad_output[0] has a shape of torch.Size([2]) and output[0] has a shape "
     "of torch.Size([2, 2]).",
     [](int& line) {
       const Tensor a = Leaf(), y = a.expand({2, 2}), v = ones({2});
       line = __LINE__, grad({y}, {a}, {v});
     }},
    {"GradientOfAnotherShape", kClient, "backward",
     "Mismatch in shape: grad_output[0] has a shape of torch.Size([3]) and output[0] has a shape "
     "of torch.Size([2]).",
     [](int& line) {
       const Tensor y = Leaf() * 2, v = ones({3});
       line = __LINE__, y.backward(v);
     }},
    {"TooManyGradients", kClient, "backward", "got 1 tensors and 2 gradients",
     [](int& line) {
       const Tensor y = Leaf() * 2, v = ones({2});
       line = __LINE__, backward({y}, {v, v});
     }},
    {"ContradictingOptions", kClient, "grad",
     "Expected allow_unused to be True or not passed when materialize_grads=True, but got: "
     "allow_unused=False.",
     [](int& line) {
       const Tensor a = Leaf(), y = a.sum();
       GradOptions options;
       options.allow_unused = false;
       options.materialize_grads = true;
       line = __LINE__, grad({y}, {a}, {}, options);
     }},

    // In-place and views.
    {"LeafInPlace", kClient, "sin_",
     "a leaf Variable that requires grad is being used in an in-place operation.",
     [](int& line) {
       const Tensor a = Leaf();
       line = __LINE__, a.sin_();
     }},
    {"ViewOfALeafInPlace", kClient, "mul_",
     "a view of a leaf Variable that requires grad is being used in an in-place operation.",
     [](int& line) {
       const Tensor part = Leaf()[0];
       line = __LINE__, part.mul_(2);
     }},
    {"SavedInputModified", kServer, "backward",
     "[torch.FloatTensor [2]], which is output 0 of MulBackward0, is at version 1; expected "
     "version 0 instead. Hint: enable anomaly detection to find the operation that failed to "
     "compute its gradient, with torch.autograd.set_detect_anomaly(True).",
     [](int& line) {
       const Tensor x = Leaf() * 1, y = sin(x).sum();
       x.add_(1);
       line = __LINE__, y.backward();
     }},
    {"SavedOutputModified", kServer, "backward",
     "[torch.FloatTensor [2]], which is output 0 of ExpBackward0, is at version 2; expected "
     "version 0 instead.",
     [](int& line) {
       const Tensor y = exp(Leaf());
       y.add_(1).mul_(2);
       line = __LINE__, y.sum().backward();
     }},
    {"SavedConstantModified", kServer, "backward",
     "[torch.DoubleTensor [2]] is at version 1; expected version 0 instead.",
     [](int& line) {
       const Tensor a = tensor({1.0, 2.0}, requires_grad().dtype(kFloat64));
       const Tensor b = ones({2}, kFloat64), y = (a * b).sum();
       b.zero_();
       line = __LINE__, y.backward();
     }},
    {"SavedIndexModified", kServer, "backward",
     "[torch.LongTensor [1]] is at version 1; expected version 0 instead.",
     [](int& line) {
       const Tensor index = tensor({0}), y = index_select(Leaf(), 0, index).sum();
       index.add_(1);
       line = __LINE__, y.backward();
     }},
    {"SavedTensorModifiedThroughAView", kServer, "grad", "[torch.FloatTensor [2]], which is output",
     [](int& line) {
       const Tensor a = Leaf(), x = a * 1, y = sin(x).sum();
       x[0].zero_();
       line = __LINE__, grad({y}, {a});
     }},
    {"NoGradViewInPlace", kServer, "mul",
     "A view was created in no_grad mode and is being modified inplace with grad mode enabled. "
     "Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your "
     "code by moving both the view and the inplace either both inside the no_grad block (if you "
     "don't want the inplace to be tracked) or both outside (if you want the inplace to be "
     "tracked).",
     [](int& line) {
       const Tensor x = Leaf() * 1;
       std::optional<NoGradGuard> guard(std::in_place);
       const Tensor view = x[0];
       guard.reset();
       line = __LINE__, view.mul_(2);
     }},
    {"InferenceViewInPlace", kServer, "mul",
     "A view was created in inference mode and is being modified inplace in normal mode.",
     [](int& line) {
       const Tensor x = Leaf() * 1;
       std::optional<InferenceModeGuard> guard(std::in_place);
       const Tensor view = x[0];
       guard.reset();
       line = __LINE__, view.mul_(2);
     }},
    {"InferenceTensorSaved", kServer, "mul",
     "Inference tensors cannot be saved for backward. Please do not use Tensors created in "
     "inference mode in computation tracked by autograd.",
     [](int& line) {
       const Tensor a = Leaf();
       std::optional<InferenceModeGuard> guard(std::in_place);
       const Tensor b = a + 1;
       guard.reset();
       line = __LINE__, a * b;
     }},
    {"InferenceTensorInPlace", kServer, "add",
     "Inplace update to inference tensor outside InferenceMode is not allowed.",
     [](int& line) {
       const Tensor a = Leaf();
       std::optional<InferenceModeGuard> guard(std::in_place);
       const Tensor b = a + 1;
       guard.reset();
       line = __LINE__, b.add_(1);
     }},
    {"OverlappingWrite", kClient, "add_",
     "unsupported operation: more than one element of the written-to tensor refers to a single "
     "memory location. Please clone() the tensor before performing the operation.",
     [](int& line) {
       const Tensor x = ones({1}).expand({3});
       line = __LINE__, x.add_(1);
     }},

    // Flags.
    {"FlagOfAResult", kClient, "requires_grad_", kOnlyLeaves,
     [](int& line) {
       const Tensor y = Leaf() * 2;
       line = __LINE__, y.requires_grad_(false);
     }},
    {"FlagOfIntegers", kClient, "requires_grad_",
     "only Tensors of floating point and complex dtype can require gradients",
     [](int& line) {
       const Tensor counts = tensor({1, 2});
       line = __LINE__, counts.requires_grad_();
     }},
    {"GradOfAnotherShape", kClient, "set_grad",
     "attempting to assign a gradient of size '[3]' to a tensor of size '[2]'. Please ensure that "
     "the gradient and the tensor are the same size",
     [](int& line) {
       const Tensor a = Leaf(), g = ones({3});
       line = __LINE__, a.set_grad(g);
     }},
    {"RetainGradWithoutGrad", kClient, "retain_grad",
     "can't retain_grad on Tensor that has requires_grad=False",
     [](int& line) {
       const Tensor x = ones({2});
       line = __LINE__, x.retain_grad();
     }},

    // Arguments.
    {"ShapesThatDoNotFit", kClient, "add",
     "The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0",
     [](int& line) {
       const Tensor a = Leaf(), b = ones({3});
       line = __LINE__, a + b;
     }},
    {"IndexOutOfRange", kServer, "index_select", "index out of range in self",
     [](int& line) {
       const Tensor a = Leaf(), index = tensor({0, 5});
       line = __LINE__, index_select(a, 0, index);
     }},
};

class ErrorTextsTest : public ::testing::TestWithParam<std::tuple<ErrorCase, bool>> {
 protected:
  ErrorTextsTest() {
    ConnectionOptions options;
    options.target = server_.target();
    options.sync = std::get<1>(GetParam());
    connection_.emplace(options);
    Connection::SetDefault(*connection_);
  }
  ~ErrorTextsTest() override { Connection::ClearDefault(); }

  testing::RunningServer server_;
  std::optional<Connection> connection_;
};

TEST_P(ErrorTextsTest, IsPyTorchsAtItsLineAndNothingIsLost) {
  const auto& [the_case, sync] = GetParam();
  const Tensor leaf = Leaf();
  exp(leaf * 0).sum().backward();
  const Tensor pending = leaf * 3;  // not looked at before the error
  int line = 0;
  bool thrown_at_the_line = true;
  std::optional<Error> error;
  try {
    the_case.run(line);
    thrown_at_the_line = false;
    (void)pending.to_vector<float>();
  } catch (const Error& thrown) {
    error = thrown;
  }
  ASSERT_TRUE(error.has_value()) << "nothing was thrown";
  EXPECT_EQ(thrown_at_the_line, sync || the_case.finder == kClient);
  const bool is_modified = the_case.text[0] == '[';
  EXPECT_THAT(error->message(),
              StartsWith(is_modified ? absl::StrCat(kModified, the_case.text) : the_case.text));
  EXPECT_THAT(error->source(), EndsWith(absl::StrCat("error_texts_test.cc:", line)));
  EXPECT_EQ(error->op(), the_case.op);
  EXPECT_FALSE(error->reason().empty());

  EXPECT_THAT(pending.to_vector<float>(), ElementsAre(3, 6)) << "from before the error";
  EXPECT_THAT(leaf.grad().to_vector<float>(), ElementsAre(0, 0));
  (pending * leaf).sum().backward();
  EXPECT_THAT(leaf.grad().to_vector<float>(), ElementsAre(6, 12)) << "the next request";
}

std::string NameOf(const ::testing::TestParamInfo<std::tuple<ErrorCase, bool>>& info) {
  return absl::StrCat(std::get<0>(info.param).name, std::get<1>(info.param) ? "_sync" : "_async");
}
INSTANTIATE_TEST_SUITE_P(Texts, ErrorTextsTest,
                         ::testing::Combine(::testing::ValuesIn(kCases), ::testing::Bool()),
                         NameOf);

TEST(ErrorMode, TheEnvironmentAsksForSyncMode) {
  testing::RunningServer server;
  setenv("GRADD_TARGET", server.target().c_str(), 1);
  setenv("GRADD_SYNC", "1", 1);
  const Connection connection{ConnectionOptions()};
  unsetenv("GRADD_TARGET");
  unsetenv("GRADD_SYNC");
  const Tensor y = exp(tensor({1.0}, requires_grad().connection(connection)));
  y.backward();
  EXPECT_THROW(y.backward(), Error);
}

}  // namespace
}  // namespace gradd
