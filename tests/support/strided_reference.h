// Tensors of hyper-dual numbers with storage and strides, computed as naively as can be: the
// independent reference for programs with views and in-place ops.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/spec/shape.h"
#include "tests/support/hyper_dual.h"

namespace gradd::testing {

struct StridedTensor {
  struct Storage {
    std::vector<HyperDual> elements;
    bool written_later_is_an_error = false;  // some op has saved it for backward
    bool belongs_to_leaf = false;
  };
  std::shared_ptr<Storage> storage;
  Dims shape, strides;
  int64_t offset = 0;

  static StridedTensor New(const Dims& shape);
  int64_t count() const { return ElementCount(shape); }
  // The element at row-major position i.
  HyperDual& At(int64_t i) const;
  // The element at row-major position i of `to`, which this broadcasts to.
  HyperDual& AtBroadcast(int64_t i, const Dims& to) const;
  bool overlaps() const;
};

// One step of a program. Registers are numbered in the order in which steps define them.
struct Step {
  std::string op;
  std::vector<int> inputs;  // registers; -1: `number`
  double number = 0;
  std::vector<int64_t> integers;  // the op's integer attributes, in order (see random_program.cc)
  bool in_place = false;          // writes inputs[0] and defines no register
};

// What `step` computes, as a new tensor or a view.
StridedTensor Compute(const Step& step, const std::vector<StridedTensor>& registers);

// Assigns `result` to `target`, which it broadcasts to.
void Write(const StridedTensor& target, const StridedTensor& result);

}  // namespace gradd::testing
