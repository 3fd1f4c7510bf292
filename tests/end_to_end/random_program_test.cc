// Random programs over a connection, against hyper-dual numbers.
#include <optional>

#include <gtest/gtest.h>

#include "client/cpp/gradd.h"
#include "client/cpp/remote.h"
#include "core/ops/op_table.h"
#include "tests/support/must.h"
#include "tests/support/program_machine.h"
#include "tests/support/running_server.h"

namespace gradd {
namespace {

class ClientMachine final : public testing::ProgramMachine {
 public:
  explicit ClientMachine(const Connection& connection)
      : connection_(connection), remote_(connection.session()) {}

  Value Tensor(const Dims& shape, const std::vector<double>& elements,
               bool requires_grad) override {
    return from_blob(elements.data(), shape, Options(kFloat64).requires_grad(requires_grad))
        .value();
  }
  Value Indices(const Dims& shape, const std::vector<int64_t>& elements) override {
    return from_blob(elements.data(), shape, Options(kInt64)).value();
  }
  void SetGradMode(bool enabled) override {
    no_grad_.reset();
    if (!enabled) no_grad_.emplace();
  }
  Value Apply(const std::string& op, const Values& inputs, const Attributes& attributes) override {
    return testing::Must(remote_.Apply(*FindOp(op), inputs, attributes))[0];
  }
  void InPlace(const std::string& op, const Values& inputs, const Attributes& attributes) override {
    testing::Must(remote_.ApplyInPlace(*FindOp(op), inputs, attributes));
  }
  Values Grad(const Value& root, const Values& inputs) override {
    std::vector<gradd::Tensor> leaves;
    for (const Value& input : inputs) leaves.emplace_back(input);
    GradOptions options;
    options.create_graph = options.materialize_grads = true;
    Values gradients;
    for (const gradd::Tensor& gradient : grad({gradd::Tensor(root)}, leaves, {}, options)) {
      gradients.push_back(gradient.value());
    }
    return gradients;
  }
  std::vector<double> Read(const Value& value) override {
    return gradd::Tensor(value).to_vector<double>();
  }

 private:
  TensorOptions Options(DType dtype) const { return TensorOptions(dtype).connection(connection_); }

  const Connection connection_;
  Remote remote_;
  std::optional<NoGradGuard> no_grad_;
};

void RunPrograms(const std::string& device, uint64_t programs) {
  testing::RunningServer server;
  ConnectionOptions options;
  options.target = server.target();
  options.device = device;
  const Connection connection(options);
  testing::OpCounts counts;
  for (uint64_t seed = 10'000; seed < 10'000 + testing::ProgramCount(programs); ++seed) {
    const testing::RandomProgram program = testing::MakeRandomProgram(seed, 40);
    ClientMachine machine(connection);
    testing::CheckProgram(program, seed, machine);
    if (::testing::Test::HasFailure()) return;
    counts.Add(program);
  }
  counts.Report();
}

constexpr const char* kServersDevice = "";  // cpu, unless the tests run on another one

TEST(RandomProgramOverAConnection, ServersDevice) { RunPrograms(kServersDevice, 300); }
TEST(RandomProgramOverAConnection, Sim) { RunPrograms("sim:0", 100); }

}  // namespace
}  // namespace gradd
