// What makes one kind of optimizer differ from another. A kind is one file here.
#pragma once

#include <cstdint>

#include "core/kernels/multi_tensor.h"
#include "core/ops/op.h"
#include "core/ops/optim/options.h"

namespace gradd {

// Which of an algorithm's states: bit i is kind->states[i].
using StateSet = uint32_t;

struct Algorithm {
  const OptimizerKind* kind;
  // What observers are told that an update is.
  const Op* op;
  // Those that a step with these options reads and writes. New ones hold zeros.
  StateSet (*states_used)(const OptionValues& options);
  // Whether the formula depends on how many steps there were.
  bool depends_on_step;
  // Updates parameters that all take their `step`-th step (from 1; 0 where that does not matter)
  // and whose states `fresh` are new. The list has the states used, in order.
  void (*update)(const MultiTensorKernels& kernels, UpdateList list, const OptionValues& options,
                 int64_t step, StateSet fresh);
};

const Algorithm& Sgd();
const Algorithm& Adam();
const Algorithm& AdamW();
const Algorithm& Rmsprop();

}  // namespace gradd
