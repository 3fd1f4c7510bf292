// Optimizers: what one Step does to all of its parameters.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "core/autograd/tape.h"
#include "core/base/cancellation.h"
#include "core/runtime/eager.h"

namespace gradd {

struct ParameterGroup {
  std::vector<Value> parameters;
  // Hyperparameters by name. What is left out has the optimizer's default.
  absl::flat_hash_map<std::string, double> options;
};

class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // Updates every parameter that has a gradient, in no_grad mode. All or nothing: everything that
  // can fail comes before the first write.
  virtual absl::Status Step(Tape& tape, Eager& eager, const Cancellation& cancellation) = 0;

  // Sets every parameter's gradient to None, or to zeros.
  virtual absl::Status ZeroGrad(Tape& tape, Eager& eager, bool set_to_none) = 0;

  // Each state tensor, in a fixed order.
  virtual void ForEachState(const std::function<void(const Value&)>& visit) const = 0;
};

// INVALID_ARGUMENT for an unknown kind or option, or an option out of its range.
absl::StatusOr<std::unique_ptr<Optimizer>> MakeOptimizer(absl::string_view kind,
                                                         std::vector<ParameterGroup> groups);

}  // namespace gradd
