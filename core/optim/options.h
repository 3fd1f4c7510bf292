// Hyperparameters with names, defaults and ranges.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "core/optim/optimizer.h"

namespace gradd {

struct OptionRule {
  absl::string_view name;
  double fallback;
  double minimum;
  double maximum;
  // What PyTorch calls it in its error: "Invalid learning rate: -1".
  absl::string_view title;
};

// Adds the defaults; refuses unknown names, NaN and values outside [minimum, maximum].
absl::Status ApplyRules(absl::Span<const OptionRule> rules, ParameterGroup& group);

}  // namespace gradd
