#include "tests/support/program_machine.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include <gtest/gtest.h>

namespace gradd::testing {
namespace {

std::string ToString(const RandomProgram& program) {
  std::string text;
  int next = static_cast<int>(program.leaves.size());
  for (int i = 0; i < next; ++i) {
    absl::StrAppend(&text, "  r", i, " = leaf ", gradd::ToString(program.leaves[i].shape), "\n");
  }
  for (const Step& step : program.steps) {
    absl::StrAppend(&text, "  ", step.in_place ? "" : absl::StrCat("r", next++, " = "), step.op,
                    step.in_place ? "_" : "", " r", absl::StrJoin(step.inputs, " r"), " [",
                    absl::StrJoin(step.integers, ","), "] ", step.number, "\n");
  }
  return text;
}

void ExpectClose(double actual, double expected, const char* what, int number) {
  const double tolerance = 1e-9 * std::max(1.0, std::fabs(expected));
  EXPECT_NEAR(actual, expected, tolerance) << what << " " << number;
}

double Dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
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
  for (const Step& step : program.steps) {
    Values inputs;
    for (const int input : step.inputs) {
      inputs.push_back(input < 0 ? MakeScalar(step.number) : registers[input]);
    }
    if (step.op == "index_select") {
      inputs.push_back(machine.Indices({step.integers.begin() + 1, step.integers.end()}));
    }
    if (step.in_place) {
      machine.InPlace(step.op, inputs, AttributesOf(step));
    } else {
      registers.push_back(machine.Apply(step.op, inputs, AttributesOf(step)));
    }
  }
  // Before anything is read: both derivatives, so that nothing waits for the network in between.
  const Values first = machine.Grad(registers.back(), leaves);
  Value along_u = machine.Tensor({}, {0}, false);
  for (size_t i = 0; i < leaves.size(); ++i) {
    const Value u = machine.Tensor(differentiated[i]->shape, differentiated[i]->u, false);
    const Value product = machine.Apply("mul", {first[i], u}, {});
    along_u = machine.Apply(
        "add", {along_u, machine.Apply("sum", {product}, {Dims(), false, std::monostate()})}, {});
  }
  // Where every first derivative is a constant there is nothing to differentiate again.
  const Value with_path = machine.Apply(
      "add",
      {along_u, machine.Apply("mul",
                              {machine.Apply("sum", {leaves[0]}, {Dims(), false, std::monostate()}),
                               MakeScalar(0)},
                              {})},
      {});
  const Values second = machine.Grad(with_path, leaves);

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
  for (size_t r = 0; r < registers.size(); ++r) {
    const std::vector<double> elements = machine.Read(registers[r]);
    ASSERT_EQ(static_cast<int64_t>(elements.size()), program.registers[r].count());
    for (size_t i = 0; i < elements.size(); ++i) {
      ExpectClose(elements[i], program.registers[r].At(i).f, "register", r);
    }
  }
}

}  // namespace gradd::testing
