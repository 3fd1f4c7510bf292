// Stochastic gradient descent, as torch.optim.SGD.
#pragma once

#include <memory>
#include <vector>

#include "core/optim/optimizer.h"

namespace gradd {

// Options lr, momentum, dampening, weight_decay, nesterov and maximize (0 or 1).
absl::StatusOr<std::unique_ptr<Optimizer>> MakeSgd(std::vector<ParameterGroup> groups);

}  // namespace gradd
