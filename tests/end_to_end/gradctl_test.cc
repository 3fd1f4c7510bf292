// The gradctl program against a real server.
#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/shell.h"
#include "tests/support/server_fixture.h"

namespace gradd::server {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

class GradctlTest : public ::testing::Test {
 protected:
  static Config WithMetrics() {
    Config config = TestServer::DefaultConfig();
    config.metrics = "127.0.0.1:0";
    config.sim = true;
    return config;
  }

  // Standard output and errors together. `words` as a shell reads them.
  ShellResult Gradctl(const std::string& words) const {
    return Shell("GRADD_TARGET=" + server_.target() + " " GRADCTL_BINARY " " + words + " 2>&1");
  }
  std::string Metrics() { return " --metrics=" + server_.environment().metrics_url(); }

  // What an expression prints; it has to go well.
  std::string Eval(const std::string& expression) const {
    const ShellResult result = Gradctl("eval '" + expression + "'");
    EXPECT_EQ(result.status, 0) << expression << "\n" << result.output;
    return result.output;
  }
  // What is said of an expression that goes wrong.
  std::string Refused(const std::string& expression) const {
    const ShellResult result = Gradctl("eval '" + expression + "'");
    EXPECT_EQ(result.status, 1) << expression;
    return result.output;
  }

  TestServer server_{WithMetrics()};
};

TEST_F(GradctlTest, Evaluates) {
  EXPECT_EQ(Eval("1 + 2 * 3"), "7\n");
  EXPECT_EQ(Eval("[1, 2, 3] * 2"), "tensor([2, 4, 6])\n");
  EXPECT_EQ(Eval("[[1., 2.], [3., 4.]] @ [[1.], [0.5]]"), "tensor([[2.],\n        [5.]])\n");
  EXPECT_EQ(Eval("2 - [1, 5]; -[1., 2.] / 4"), "tensor([ 1, -3])\ntensor([-0.2500, -0.5000])\n");
  EXPECT_EQ(Eval("x = [[1, 2, 3], [4, 5, 6]]; x[1]; x[:, 1:]; x[-1, 0]; x[0, ::2]; x[[1, 0]]"),
            "tensor([4, 5, 6])\ntensor([[2, 3],\n        [5, 6]])\ntensor(4)\ntensor([1, 3])\n"
            "tensor([[4, 5, 6],\n        [1, 2, 3]])\n");
  EXPECT_EQ(Eval("x = [1., -2., 3.]; x > 0; x[x > 0]; where(x > 0, x, 0); clamp(x, 0, 2)"),
            "tensor([ True, False,  True])\ntensor([1., 3.])\ntensor([1., 0., 3.])\n"
            "tensor([1., 0., 2.])\n");
  EXPECT_EQ(Eval("a = [1, 2]; cat([a, [3]]); stack([a, a]).shape; full([2], 7.)"),
            "tensor([1, 2, 3])\ntorch.Size([2, 2])\ntensor([7., 7.])\n");
  EXPECT_EQ(Eval("x = zeros(2, 3); x.shape; x.shape[1]; x.dtype; x.T.shape; x[None].shape"),
            "torch.Size([2, 3])\n3\ntorch.float32\ntorch.Size([3, 2])\ntorch.Size([1, 2, 3])\n");
  EXPECT_EQ(Eval("torch.tensor([1, 2], dtype=torch.float64).sin()"),
            "tensor([0.8415, 0.9093], dtype=torch.float64)\n");
  EXPECT_EQ(Eval("sum([[1, 2], [3, 4]], dims=0, keepdim=True); [[1, 2], [3, 4]].sum(1)"),
            "tensor([[4, 6]])\ntensor([3, 7])\n");
  EXPECT_EQ(Eval("x = [1., 2.]; x.add_(1); x; x.sum().item()"),
            "tensor([2., 3.])\ntensor([2., 3.])\n5.0\n");
}

TEST_F(GradctlTest, Differentiates) {
  EXPECT_EQ(Eval("x = tensor([1., 2., 3.], requires_grad=True); y = (x * x).sum(); y; "
                 "y.backward(); x.grad; y.grad_fn"),
            "tensor(14., grad_fn=<SumBackward0>)\ntensor([2., 4., 6.])\n<SumBackward0>\n");
  EXPECT_EQ(Eval("x = [2.]; x.requires_grad_(); y = x * x * x; "
                 "g = grad(y, x, create_graph=True); grad(g, x); x.grad"),
            "tensor([2.], requires_grad=True)\ntensor([12.])\nNone\n")
      << "a list stays the tensor that it became";
  EXPECT_EQ(Eval("x = tensor([2.], requires_grad=True); z = tensor([3.], requires_grad=True); "
                 "grad(x * z, [x, z]); backward(x * z, [1.]); z.grad"),
            "(tensor([3.]), tensor([2.]))\ntensor([2.])\n");
}

TEST_F(GradctlTest, ReadsAProgramFromItsInput) {
  const ShellResult result =
      Shell("printf 'x = [1, 2]  # a list\\n\\nx + x\\n' | " GRADCTL_BINARY " eval - --target=" +
            server_.target());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.output, "tensor([2, 4])\n");
}

TEST_F(GradctlTest, PointsAtErrors) {
  EXPECT_EQ(Refused("1 + (2"), "gradctl: expected ',', but got the end\n  1 + (2\n        ^\n");
  EXPECT_EQ(Refused("x = 1; y"),
            "gradctl: name 'y' is not defined\n  x = 1; y\n         ^\n"
            "");
  EXPECT_THAT(Refused("a = [1, 2]; a + [1, 2, 3]"),
              AllOf(StartsWith("gradctl: The size of tensor a (2) must match the size of tensor b"),
                    EndsWith("\n  a = [1, 2]; a + [1, 2, 3]\n                ^\n")));
  EXPECT_THAT(Refused("x = [1., 2.]; y = x.index_select(0, [0, 5]); z = y * 2; z"),
              AllOf(StartsWith("gradctl: index out of range in self"),
                    EndsWith("\n                      ^\n")))
      << "found by the server, while the client is further on";
  EXPECT_THAT(Refused("[1., 2.].backward()"), HasSubstr("does not require grad"));
  EXPECT_THAT(Refused("[[1, 2], [3]] + 1"), HasSubstr("expected sequence of length 2"));
  EXPECT_THAT(Refused("nothing([1])"), HasSubstr("there is no function or op"));
  EXPECT_THAT(Refused("sin([1.], 2)"), HasSubstr("takes 1 positional arguments, but got 2"));
  EXPECT_THAT(Refused("zeros(2).no_such"), HasSubstr("a tensor has no"));
  EXPECT_THAT(Refused("1 / 0"), HasSubstr("no number"));
}

TEST_F(GradctlTest, ChoosesTheDeviceAndTheSeed) {
  EXPECT_EQ(Gradctl("eval '[1.] * 2' --device=sim:0").output, "tensor([2.], device='sim:0')\n");
  EXPECT_EQ(Gradctl("eval '[[1.5]] @ [[2.]]' --allow_tf32").output, "tensor([[3.]])\n");
  const std::string once = Gradctl("eval 'rand(3)' --seed=7").output;
  EXPECT_THAT(once, StartsWith("tensor([0."));
  EXPECT_EQ(Gradctl("eval 'rand(3)' --seed=7").output, once);
  EXPECT_NE(Gradctl("eval 'rand(3)' --seed=8").output, once);
}

TEST_F(GradctlTest, DrawsTheGraph) {
  const std::string expression = "'x = tensor([1., 2.], requires_grad=True); (x.sin() * x).sum()'";
  EXPECT_EQ(Gradctl("graph " + expression).output,
            "SumBackward0\n"
            "└─ MulBackward0\n"
            "   ├─ SinBackward0\n"
            "   │  └─ AccumulateGrad of x\n"
            "   └─ AccumulateGrad of x (the same)\n");
  EXPECT_THAT(Gradctl("graph --dot " + expression).output,
              AllOf(StartsWith("digraph gradients {\n"), HasSubstr("[label=\"SinBackward0\"]")));
  const ShellResult none = Gradctl("graph '[1.] + 1'");
  EXPECT_EQ(none.status, 1);
  EXPECT_THAT(none.output, HasSubstr("has no graph"));
}

TEST_F(GradctlTest, TellsOfTheServer) {
  const ShellResult info = Gradctl("info" + Metrics());
  EXPECT_EQ(info.status, 0);
  EXPECT_THAT(info.output, AllOf(HasSubstr(server_.target()), HasSubstr("cpu (default), sim:0"),
                                 HasSubstr("largest request"), Not(HasSubstr("not known"))));
  EXPECT_THAT(Gradctl("info --metrics=127.0.0.1:1").output,
              HasSubstr("uptime                       not known"));
  const ShellResult sessions = Gradctl("sessions" + Metrics());
  EXPECT_EQ(sessions.status, 0);
  EXPECT_THAT(sessions.output, MatchesRegex("sessions +0\ntensors +0\nbytes +0 B\n(.|\n)*"))
      << "info closed its own";
}

TEST_F(GradctlTest, ListsOps) {
  const ShellResult all = Gradctl("ops");
  EXPECT_EQ(all.status, 0);
  EXPECT_THAT(all.output, HasSubstr("\nsin(input) "));
  EXPECT_THAT(Gradctl("ops sum").output,
              AllOf(StartsWith("sum(input, dims=[], keepdim=False, dtype=None)\n"),
                    HasSubstr("keepdim   bool    optional"), HasSubstr("Differentiable.")));
  EXPECT_THAT(Gradctl("ops softplus").output,
              StartsWith("softplus(input, beta=1, threshold=20)\n"));
  const ShellResult none = Gradctl("ops matmu");
  EXPECT_EQ(none.status, 1);
  EXPECT_THAT(none.output, HasSubstr("there is matmul"));
}

TEST_F(GradctlTest, ShowsTheTimesOfOps) {
  Eval("[1., 2.].exp().exp()");
  const ShellResult result = Gradctl("watch --once" + Metrics());
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.output, AllOf(HasSubstr("CALLS"), HasSubstr("P99"),
                                   MatchesRegex("(.|\n)*exp +forward +cpu +float32 +2 (.|\n)*")));
  const ShellResult twice = Shell("timeout 2 " GRADCTL_BINARY " watch --interval=0.2" + Metrics());
  EXPECT_THAT(twice.output, ContainsRegex("times of the last [1-9][0-9.]* m?s,"));
}

TEST_F(GradctlTest, EndsWithOneWithoutAServer) {
  EXPECT_EQ(Gradctl("health").output, "SERVING\n");
  EXPECT_EQ(Gradctl("health").status, 0);
  EXPECT_THAT(Gradctl("health no.Service").output, HasSubstr("no.Service"));
  EXPECT_EQ(Gradctl("health no.Service").status, 1);
  for (const char* command : {"health", "info", "ops", "eval 1"}) {
    const ShellResult result =
        Gradctl(std::string(command) + " --target=127.0.0.1:1 --timeout=0.3");
    EXPECT_EQ(result.status, 1) << command;
    EXPECT_THAT(result.output, StartsWith("gradctl: no server answers at 127.0.0.1:1")) << command;
  }
  EXPECT_THAT(Gradctl("watch --once --metrics=127.0.0.1:1").output, HasSubstr("no metrics at"));
}

TEST(GradctlTokenTest, SendsItsToken) {
  const std::string path = ::testing::TempDir() + "/gradctl_token";
  ASSERT_EQ(Shell("printf 'a-secret-of-this-test\\n' > " + path).status, 0);
  Config config = TestServer::DefaultConfig();
  config.token_file = path;
  const TestServer server(config);
  const std::string command =
      GRADCTL_BINARY " info --metrics=127.0.0.1:1 --target=" + server.target();
  EXPECT_EQ(Shell(command + " 2>&1").status, 1);
  EXPECT_EQ(Shell(command + " --token_file=" + path).status, 0);
  EXPECT_EQ(Shell("GRADD_TOKEN=a-secret-of-this-test " + command).status, 0);
}

}  // namespace
}  // namespace gradd::server
