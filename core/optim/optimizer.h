// Optimizers: what one Step does to all of their parameters.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "core/autograd/tape.h"
#include "core/base/cancellation.h"
#include "core/optim/algorithm.h"
#include "core/runtime/eager.h"

namespace gradd {

struct ParameterGroup {
  std::vector<Value> parameters;
  // What is left out has the optimizer's default.
  NamedOptions options;
};

// What is remembered of one parameter.
struct ParameterState {
  int64_t step = 0;  // steps it took part in
  // By the algorithm's states; null until a step needs it. Contiguous tensors of their own.
  std::array<Value, kMaxOptimizerStates> tensors;
};

// Parameters that are views of each other, or the same tensor several times in one group, are
// updated one after the other, as PyTorch does.
class Optimizer {
 public:
  explicit Optimizer(const Algorithm& algorithm) : algorithm_(algorithm) {}
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  // INVALID_ARGUMENT when a parameter is not floating or in another group already, or as
  // WithOptions. Nothing has changed then.
  absl::Status AddGroup(ParameterGroup group);
  // Gives a group other options, from the next step on; what is left out stays.
  absl::Status SetOptions(size_t group, const NamedOptions& options);

  // Updates every parameter that has a gradient, without recording. All or nothing: everything
  // that can fail comes before the first write.
  absl::Status Step(Tape& tape, Eager& eager, const Cancellation& cancellation);

  // The tensors of `state` are the optimizer's own, under their names.
  struct State {
    int64_t step = 0;
    std::vector<std::pair<std::string, Value>> tensors;
  };
  absl::StatusOr<State> StateOf(size_t group, size_t parameter) const;
  // Copies the tensors, which have the parameter's shape, to its dtype and device.
  absl::Status SetState(Eager& eager, size_t group, size_t parameter, const State& state);

  const Algorithm& algorithm() const { return algorithm_; }
  size_t group_count() const { return groups_.size(); }
  size_t parameter_count() const;
  std::vector<Value> Parameters() const;

  // In a fixed order: each state tensor; each option and each parameter's number of steps.
  void ForEachState(const std::function<void(const Value&)>& visit) const;
  void ForEachNumber(const std::function<void(double)>& visit) const;

 private:
  struct Parameter {
    Value tensor;
    size_t state;  // its place in states_; the same tensor has the same
  };
  struct Group {
    std::vector<Parameter> parameters;
    OptionValues options;
  };

  absl::StatusOr<size_t> PlaceOf(size_t group, size_t parameter) const;

  const Algorithm& algorithm_;
  std::vector<Group> groups_;
  std::vector<ParameterState> states_;
};

// INVALID_ARGUMENT for an unknown kind, or as Optimizer::AddGroup.
absl::StatusOr<std::unique_ptr<Optimizer>> MakeOptimizer(absl::string_view kind,
                                                         std::vector<ParameterGroup> groups);

// Sets the `.grad` of each of `tensors` to none, or (`zero`) keeps it and makes it zero. All or
// nothing.
absl::Status ZeroGrad(Tape& tape, Eager& eager, ValueSpan tensors, bool zero);

}  // namespace gradd
