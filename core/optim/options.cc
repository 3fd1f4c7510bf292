#include "core/optim/options.h"

#include <algorithm>

#include "absl/strings/escaping.h"

#include "core/base/status.h"

namespace gradd {

absl::Status ApplyRules(absl::Span<const OptionRule> rules, ParameterGroup& group) {
  for (const auto& [name, value] : group.options) {
    const auto rule = std::find_if(rules.begin(), rules.end(),
                                   [&n = name](const OptionRule& r) { return r.name == n; });
    if (rule == rules.end()) {
      return InvalidArgument("OPTION_UNKNOWN", "the optimizer has no option '",
                             absl::CHexEscape(name), "'");
    }
    if (!(value >= rule->minimum && value <= rule->maximum)) {  // NaN too
      return InvalidArgument("OPTION_OUT_OF_RANGE", "Invalid ", rule->title, ": ", value);
    }
  }
  for (const OptionRule& rule : rules) {
    group.options.emplace(std::string(rule.name), rule.fallback);
  }
  return absl::OkStatus();
}

}  // namespace gradd
