// One step of an optimizer: first everything that can fail, then the launches.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"

#include "core/optim/in_place.h"
#include "core/optim/optimizer.h"
#include "core/runtime/eager.h"

namespace gradd {

// Parameters with the same options, number of steps, dtype and device go into one launch.
class StepPlan {
 public:
  StepPlan(Eager& eager, const Algorithm& algorithm) : eager_(eager), algorithm_(algorithm) {}

  // Counts the step in `state` and adds to it the tensors that it lacks. Nothing that others can
  // see changes. `options` outlive the plan.
  absl::Status Add(const OptionValues& options, const Value& parameter, const Value& gradient,
                   ParameterState& state);
  // After all were added.
  absl::Status Prepare();
  // Does it. Does not run out of memory.
  absl::Status Run();

 private:
  struct Item {
    const OptionValues* options;
    WrittenTensor parameter;
    Value gradient;
    std::array<Value, kMaxOptimizerStates> states;  // those used, in order
    int64_t step;                                   // 0: does not matter
    StateSet fresh;
    int round;
  };
  struct Batch {
    const Item* like;
    Eager::MultiTensor on;
    UpdateList list;
    int64_t bytes;  // of the parameters
  };

  // Those of one round, which do not overlap.
  absl::Status RunRound(absl::Span<const Item> items);
  absl::StatusOr<Batch*> BatchFor(const Item& item, std::vector<Batch>& batches);

  Eager& eager_;
  const Algorithm& algorithm_;
  std::vector<Item> items_;
  WriteRounds rounds_;
};

}  // namespace gradd
