// Seeded random programs over float64 tensors: views, in-place ops, broadcasting.
#pragma once

#include <cstdint>
#include <vector>

#include "core/ops/attributes.h"
#include "core/ops/op.h"
#include "tests/support/strided_reference.h"

namespace gradd::testing {

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

// The attributes of a step as the op declares them. index_select's index is an input of its own,
// which the caller appends.
Attributes AttributesOf(const Step& step);

}  // namespace gradd::testing
