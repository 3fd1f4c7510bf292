// Random programs in process, on every host device; tests/integration runs them over a connection.
#include <gtest/gtest.h>

#include "tests/support/engine.h"
#include "tests/support/program_machine.h"

namespace gradd {
namespace {

class EngineMachine final : public testing::ProgramMachine {
 public:
  explicit EngineMachine(DeviceKind device) : engine_(DeviceId{device, 0}) {}

  Value Tensor(const Dims& shape, const std::vector<double>& elements,
               bool requires_grad) override {
    return engine_.Tensor<double>(shape, elements, requires_grad);
  }
  Value Indices(const std::vector<int64_t>& elements) override {
    return engine_.Tensor<int64_t>({static_cast<int64_t>(elements.size())}, elements);
  }
  Value Apply(const std::string& op, const Values& inputs, const Attributes& attributes) override {
    return engine_.Op(op, inputs, attributes);
  }
  void InPlace(const std::string& op, const Values& inputs, const Attributes& attributes) override {
    testing::Must(engine_.InPlace(op, inputs, attributes));
  }
  Values Grad(const Value& root, const Values& inputs) override {
    GradOptions options;
    options.create_graph = options.retain_graph = options.materialize_grads = true;
    return testing::Must(engine_.Grad(root, inputs, options));
  }
  std::vector<double> Read(const Value& value) override { return engine_.Read(value); }

 private:
  testing::Engine engine_;
};

TEST(RandomProgram, AgreesWithHyperDualNumbers) {
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    const testing::RandomProgram program = testing::MakeRandomProgram(seed, 30);
    EngineMachine machine(DeviceKind::kCpu);
    testing::CheckProgram(program, seed, machine);
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(RandomProgram, AgreesOnTheAsynchronousDevice) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const testing::RandomProgram program = testing::MakeRandomProgram(seed, 30);
    EngineMachine machine(DeviceKind::kSim);
    testing::CheckProgram(program, seed, machine);
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace gradd
