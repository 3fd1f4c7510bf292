#include "core/optim/optimizer.h"

#include "absl/strings/escaping.h"

#include "core/base/status.h"
#include "core/optim/sgd.h"

namespace gradd {
namespace {

struct Kind {
  absl::string_view name;
  absl::StatusOr<std::unique_ptr<Optimizer>> (*make)(std::vector<ParameterGroup> groups);
};

constexpr Kind kKinds[] = {
    {"sgd", MakeSgd},
};

}  // namespace

absl::StatusOr<std::unique_ptr<Optimizer>> MakeOptimizer(absl::string_view kind,
                                                         std::vector<ParameterGroup> groups) {
  for (const ParameterGroup& group : groups) {
    for (const Value& parameter : group.parameters) {
      if (!IsFloating(parameter->spec().dtype)) {
        return InvalidArgument("NOT_FLOATING", "an optimizer's parameters must be floating");
      }
    }
  }
  for (const Kind& known : kKinds) {
    if (known.name == kind) return known.make(std::move(groups));
  }
  return InvalidArgument("OPTIMIZER_UNKNOWN", "there is no optimizer '", absl::CHexEscape(kind),
                         "'");
}

}  // namespace gradd
