// The hyperparameters of optimizers: their names, defaults and ranges, which are those of
// torch.optim. Clients check them before they send, servers again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace gradd {

struct OptionRule {
  enum class Range : uint8_t { kAny, kNotNegative, kBelowOne, kFlag };

  absl::string_view name;
  double fallback;
  Range range;
  // What PyTorch calls it in its error: "Invalid learning rate: -1.0".
  absl::string_view title;
};

// By name, as a user gives them. Flags are 0 or 1.
using NamedOptions = std::map<std::string, double>;

// All options of one kind of optimizer, by their place in its table.
using OptionValues = std::vector<double>;

// What one kind of optimizer can be told, and what it remembers.
struct OptimizerKind {
  absl::string_view name;  // "adam"
  absl::Span<const OptionRule> options;
  // What options must be to each other; null: nothing.
  absl::Status (*check)(const OptionValues& values);
  // Names of the tensors that are kept for a parameter, each like it.
  absl::Span<const absl::string_view> states;
};

// The places of options in the tables.
namespace sgd_options {
enum : size_t { kLr, kMomentum, kWeightDecay, kDampening, kNesterov, kMaximize };
}
namespace adam_options {  // AdamW's too
enum : size_t { kLr, kEps, kBeta1, kBeta2, kWeightDecay, kAmsgrad, kMaximize };
}
namespace rmsprop_options {
enum : size_t { kLr, kEps, kMomentum, kWeightDecay, kAlpha, kCentered, kMaximize };
}

// Null when there is no such kind. "sgd", "adam", "adamw" and "rmsprop" there are.
const OptimizerKind* FindOptimizerKind(absl::string_view name);

OptionValues DefaultsOf(const OptimizerKind& kind);
NamedOptions NamesOf(const OptimizerKind& kind, const OptionValues& values);

// `values` with those given by name in their places. INVALID_ARGUMENT for a name that the optimizer
// does not have, and with PyTorch's text for a value out of its range.
absl::StatusOr<OptionValues> WithOptions(const OptimizerKind& kind, OptionValues values,
                                         const NamedOptions& given);

}  // namespace gradd
