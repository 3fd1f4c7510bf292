#include "tests/support/program_machine.h"

#include <cmath>
#include <cstdlib>
#include <iostream>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

namespace gradd::testing {
namespace {

void ExpectClose(double actual, double expected, const char* what, int number) {
  const double tolerance = 1e-9 * std::max(1.0, std::fabs(expected));
  EXPECT_NEAR(actual, expected, tolerance) << what << " " << number;
}

double Dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

Value Sum(ProgramMachine& machine, const Value& value) {
  return machine.Apply("sum", {value}, {Dims(), false, std::monostate()});
}

// Appends what the steps define.
void RunSteps(const RandomProgram& program, ProgramMachine& machine, Values& registers) {
  for (const Step& step : program.steps) {
    Values inputs;
    for (const Operand& operand : step.call.operands) {
      switch (operand.kind) {
        case Operand::Kind::kRegister:
          inputs.push_back(registers[operand.number_of_register]);
          break;
        case Operand::Kind::kNumber:
          inputs.push_back(MakeScalar(operand.number));
          break;
        case Operand::Kind::kIndices:
          inputs.push_back(machine.Indices(operand.shape, operand.indices));
          break;
      }
    }
    machine.SetGradMode(!step.no_grad);
    if (step.in_place) {
      machine.InPlace(step.op->name, inputs, step.call.attributes);
    } else {
      registers.push_back(machine.Apply(step.op->name, inputs, step.call.attributes));
    }
    machine.SetGradMode(true);
  }
}

void CheckRegisters(const RandomProgram& program, const Values& registers,
                    ProgramMachine& machine) {
  for (size_t r = 0; r < registers.size(); ++r) {
    const StridedTensor& expected = program.registers[r];
    const Value numbers =
        expected.elements == Elements::kNumbers
            ? registers[r]
            : machine.Apply("to", {registers[r]}, {DType::kFloat64, std::monostate()});
    EXPECT_EQ(numbers->spec().shape, expected.shape) << "register " << r;
    const std::vector<double> elements = machine.Read(numbers);
    ASSERT_EQ(static_cast<int64_t>(elements.size()), expected.count());
    for (size_t i = 0; i < elements.size(); ++i) {
      ExpectClose(elements[i], expected.At(static_cast<int64_t>(i)).f, "register",
                  static_cast<int>(r));
    }
  }
}

}  // namespace

void CheckProgram(const RandomProgram& program, uint64_t seed, ProgramMachine& machine) {
  SCOPED_TRACE(absl::StrCat("seed ", seed, "\n", ToString(program)));
  Values registers, leaves;
  std::vector<const RandomProgram::Leaf*> differentiated;
  for (const RandomProgram::Leaf& leaf : program.leaves) {
    registers.push_back(machine.Tensor(leaf.shape, leaf.values, leaf.requires_grad));
    if (!leaf.requires_grad) continue;
    leaves.push_back(registers.back());
    differentiated.push_back(&leaf);
  }
  RunSteps(program, machine, registers);
  // Before anything is read: both derivatives, so that nothing waits for the network in between.
  const Values first = machine.Grad(registers.back(), leaves);
  Value along_u = machine.Tensor({}, {0}, false);
  for (size_t i = 0; i < leaves.size(); ++i) {
    const Value u = machine.Tensor(differentiated[i]->shape, differentiated[i]->u, false);
    const Value product = machine.Apply("mul", {first[i], u}, {});
    along_u = machine.Apply("add", {along_u, Sum(machine, product)}, {});
  }
  // Where every first derivative is a constant there is nothing to differentiate again.
  const Value nothing = machine.Apply("mul", {Sum(machine, leaves[0]), MakeScalar(0)}, {});
  const Values second = machine.Grad(machine.Apply("add", {along_u, nothing}, {}), leaves);

  double e1 = 0, e2 = 0, e12 = 0;
  for (size_t i = 0; i < leaves.size(); ++i) {
    const std::vector<double> gradient = machine.Read(first[i]);
    e1 += Dot(gradient, differentiated[i]->u);
    e2 += Dot(gradient, differentiated[i]->v);
    e12 += Dot(machine.Read(second[i]), differentiated[i]->v);
  }
  ExpectClose(e1, program.loss.e1, "first derivative along", 1);
  ExpectClose(e2, program.loss.e2, "first derivative along", 2);
  ExpectClose(e12, program.loss.e12, "second derivative", 12);
  CheckRegisters(program, registers, machine);
}

uint64_t ProgramCount(uint64_t programs) {
#if defined(__SANITIZE_THREAD__)
  programs = programs / 4 + 1;  // it looks for races, which are not a matter of the program
#endif
  const char* const times = std::getenv("GRADD_PROGRAMS_TIMES");
  return times == nullptr ? programs : programs * std::strtoull(times, nullptr, 10);
}

OpCounts::OpCounts() {
  for (const ProgramOp& op : AllProgramOps()) counts_[op.name] = {};
}

void OpCounts::Add(const RandomProgram& program) {
  for (const Step& step : program.steps) {
    Count& count = counts_[step.op->name];
    ++count.calls;
    if (step.in_place) ++count.in_place;
    if (step.no_grad) ++no_grad_;
  }
}

void OpCounts::Report() const {
  std::cout << "Calls (in place):";
  for (const auto& [name, count] : counts_) {
    std::cout << " " << name << " " << count.calls;
    if (count.in_place > 0) std::cout << " (" << count.in_place << ")";
    EXPECT_GT(count.calls, 0) << name << " never occurred";
  }
  std::cout << "; without grad mode " << no_grad_ << std::endl;
}

}  // namespace gradd::testing
