#include "core/ops/optim/options.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/escaping.h"

#include "core/base/float_text.h"
#include "core/base/status.h"

namespace gradd {
namespace {

using Range = OptionRule::Range;

// In the order in which PyTorch checks them.
constexpr OptionRule kSgd[] = {
    {"lr", 1e-3, Range::kNotNegative, "learning rate"},
    {"momentum", 0, Range::kNotNegative, "momentum value"},
    {"weight_decay", 0, Range::kNotNegative, "weight_decay value"},
    {"dampening", 0, Range::kAny, "dampening value"},
    {"nesterov", 0, Range::kFlag, "nesterov flag"},
    {"maximize", 0, Range::kFlag, "maximize flag"},
};

template <int kPercentDecay>
constexpr OptionRule kAdam[] = {
    {"lr", 1e-3, Range::kNotNegative, "learning rate"},
    {"eps", 1e-8, Range::kNotNegative, "epsilon value"},
    {"beta1", 0.9, Range::kBelowOne, "beta parameter at index 0"},
    {"beta2", 0.999, Range::kBelowOne, "beta parameter at index 1"},
    {"weight_decay", kPercentDecay / 100.0, Range::kNotNegative, "weight_decay value"},
    {"amsgrad", 0, Range::kFlag, "amsgrad flag"},
    {"maximize", 0, Range::kFlag, "maximize flag"},
};

constexpr OptionRule kRmsprop[] = {
    {"lr", 1e-2, Range::kNotNegative, "learning rate"},
    {"eps", 1e-8, Range::kNotNegative, "epsilon value"},
    {"momentum", 0, Range::kNotNegative, "momentum value"},
    {"weight_decay", 0, Range::kNotNegative, "weight_decay value"},
    {"alpha", 0.99, Range::kNotNegative, "alpha value"},
    {"centered", 0, Range::kFlag, "centered flag"},
    {"maximize", 0, Range::kFlag, "maximize flag"},
};

absl::Status CheckSgd(const OptionValues& values) {
  using namespace sgd_options;  // NOLINT(google-build-using-namespace): constants of this kind
  if (values[kNesterov] == 0 || (values[kMomentum] > 0 && values[kDampening] == 0)) {
    return absl::OkStatus();
  }
  return InvalidArgument("OPTION_OUT_OF_RANGE",
                         "Nesterov momentum requires a momentum and zero dampening");
}

constexpr absl::string_view kSgdStates[] = {"momentum_buffer"};
constexpr absl::string_view kAdamStates[] = {"exp_avg", "exp_avg_sq", "max_exp_avg_sq"};
constexpr absl::string_view kRmspropStates[] = {"square_avg", "momentum_buffer", "grad_avg"};

constexpr OptimizerKind kKinds[] = {
    {"sgd", kSgd, &CheckSgd, kSgdStates},
    {"adam", kAdam<0>, nullptr, kAdamStates},
    {"adamw", kAdam<1>, nullptr, kAdamStates},
    {"rmsprop", kRmsprop, nullptr, kRmspropStates},
};

// NaN is in no range but kAny, which does not take it either: no optimizer can work with it.
bool Contains(Range range, double value) {
  switch (range) {
    case Range::kAny:
      return !std::isnan(value);
    case Range::kNotNegative:
      return value >= 0;
    case Range::kBelowOne:
      return value >= 0 && value < 1;
    case Range::kFlag:
      break;
  }
  return value == 0 || value == 1;
}

}  // namespace

const OptimizerKind* FindOptimizerKind(absl::string_view name) {
  const auto* const found =
      std::find_if(std::begin(kKinds), std::end(kKinds),
                   [&](const OptimizerKind& kind) { return kind.name == name; });
  return found == std::end(kKinds) ? nullptr : found;
}

OptionValues DefaultsOf(const OptimizerKind& kind) {
  OptionValues values;
  for (const OptionRule& rule : kind.options) values.push_back(rule.fallback);
  return values;
}

NamedOptions NamesOf(const OptimizerKind& kind, const OptionValues& values) {
  NamedOptions named;
  for (size_t i = 0; i < kind.options.size(); ++i) {
    named.emplace(std::string(kind.options[i].name), values[i]);
  }
  return named;
}

absl::StatusOr<OptionValues> WithOptions(const OptimizerKind& kind, OptionValues values,
                                         const NamedOptions& given) {
  for (const auto& [name, value] : given) {
    const auto* const rule = std::find_if(kind.options.begin(), kind.options.end(),
                                          [&n = name](const OptionRule& r) { return r.name == n; });
    if (rule == kind.options.end()) {
      return InvalidArgument("OPTION_UNKNOWN", "the optimizer has no option '",
                             absl::CHexEscape(name), "'");
    }
    values[static_cast<size_t>(rule - kind.options.begin())] = value;
  }
  for (size_t i = 0; i < kind.options.size(); ++i) {
    if (!Contains(kind.options[i].range, values[i])) {
      return InvalidArgument("OPTION_OUT_OF_RANGE", "Invalid ", kind.options[i].title, ": ",
                             FloatText(values[i]));
    }
  }
  if (kind.check != nullptr) GRADD_RETURN_IF_ERROR(kind.check(values));
  return values;
}

}  // namespace gradd
