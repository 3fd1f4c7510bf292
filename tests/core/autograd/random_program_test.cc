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
  Value Indices(const Dims& shape, const std::vector<int64_t>& elements) override {
    return engine_.Tensor<int64_t>(shape, elements);
  }
  void SetGradMode(bool enabled) override {
    engine_.tape.set_grad_mode(enabled ? GradMode::kEnabled : GradMode::kDisabled);
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

void CheckPrograms(DeviceKind device, uint64_t programs) {
  testing::OpCounts counts;
  for (uint64_t seed = 0; seed < testing::ProgramCount(programs); ++seed) {
    const testing::RandomProgram program = testing::MakeRandomProgram(seed, 40);
    EngineMachine machine(device);
    testing::CheckProgram(program, seed, machine);
    if (::testing::Test::HasFailure()) return;
    counts.Add(program);
  }
  counts.Report();
}

TEST(RandomProgram, AgreesWithHyperDualNumbers) { CheckPrograms(testing::TestDevice().kind, 3000); }
TEST(RandomProgram, AgreesOnTheAsynchronousDevice) { CheckPrograms(DeviceKind::kSim, 300); }

}  // namespace
}  // namespace gradd
