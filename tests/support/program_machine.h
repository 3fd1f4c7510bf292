// Something that runs random programs: the engine in process, or a client over a connection.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/ops/value.h"
#include "tests/support/random_program.h"

namespace gradd::testing {

class ProgramMachine {
 public:
  virtual ~ProgramMachine() = default;
  virtual Value Tensor(const Dims& shape, const std::vector<double>& elements,
                       bool requires_grad) = 0;
  virtual Value Indices(const Dims& shape, const std::vector<int64_t>& elements) = 0;
  // For the calls that follow.
  virtual void SetGradMode(bool enabled) = 0;
  // The first output.
  virtual Value Apply(const std::string& op, const Values& inputs,
                      const Attributes& attributes) = 0;
  virtual void InPlace(const std::string& op, const Values& inputs,
                       const Attributes& attributes) = 0;
  // Gradients of a tensor of one element, zeros for unused inputs, themselves differentiable.
  virtual Values Grad(const Value& root, const Values& inputs) = 0;
  virtual std::vector<double> Read(const Value& value) = 0;
};

// Runs the program and compares every register, the first and the second derivatives with the
// reference. What differs is reported as a test failure that names the seed.
void CheckProgram(const RandomProgram& program, uint64_t seed, ProgramMachine& machine);

// `programs`, or so many times as many as the environment variable GRADD_PROGRAMS_TIMES says: to
// search for longer.
uint64_t ProgramCount(uint64_t programs);

// How often each op of AllProgramOps() occurred.
class OpCounts {
 public:
  OpCounts();
  void Add(const RandomProgram& program);
  // Prints the counts and fails the test if one is 0.
  void Report() const;

 private:
  struct Count {
    int calls = 0;
    int in_place = 0;
  };
  std::map<std::string, Count> counts_;
  int no_grad_ = 0;
};

}  // namespace gradd::testing
