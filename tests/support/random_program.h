// Seeded random programs over float64 tensors: ops of every family, views, in-place ops,
// broadcasting, stretches without grad mode.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/support/program_op.h"

namespace gradd::testing {

// Registers are numbered in the order in which steps define them.
struct Step {
  const ProgramOp* op;
  Call call;
  bool in_place = false;  // writes the first operand and defines no register
  bool no_grad = false;   // runs without grad mode
};

struct RandomProgram {
  struct Leaf {
    Dims shape;
    std::vector<double> values;
    std::vector<double> u, v;  // directions of differentiation
    bool requires_grad;
  };
  std::vector<Leaf> leaves;  // the first registers
  std::vector<Step> steps;   // the last one defines the loss, of one element
  // What the reference says: every register at the end, and the loss with its derivatives along u,
  // v and both.
  std::vector<StridedTensor> registers;
  HyperDual loss;
};

// Programs of about `length` steps whose numbers stay moderate. None of their in-place ops writes
// what an op has saved, so each can be differentiated.
RandomProgram MakeRandomProgram(uint64_t seed, int length);

// The program's text, a line for each leaf and step.
std::string ToString(const RandomProgram& program);

}  // namespace gradd::testing
