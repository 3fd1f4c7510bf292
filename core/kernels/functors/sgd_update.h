// One element's step of stochastic gradient descent. Source: torch.optim.sgd._single_tensor_sgd, in
// its order of operations.
#pragma once

#include "core/ops/scalar.h"

namespace gradd {

struct SgdNumbers {
  double lr = 0;
  double momentum = 0;
  double gradient_weight = 1;  // 1 - dampening
  double weight_decay = 0;
  bool nesterov = false;
  bool maximize = false;
  bool first = false;  // the momentum buffer holds nothing yet
};

// T: a number, or a vector of them. All branches are the same for every element.
template <class T, bool kMomentum>
struct SgdUpdate {
  static constexpr int kStates = kMomentum ? 1 : 0;

  GRADD_HD explicit SgdUpdate(const SgdNumbers& numbers)
      : step(-numbers.lr),
        momentum(numbers.momentum),
        gradient_weight(numbers.gradient_weight),
        weight_decay(numbers.weight_decay),
        decays(numbers.weight_decay != 0),
        nesterov(numbers.nesterov),
        maximize(numbers.maximize),
        first(numbers.first) {}

  // Without momentum.
  GRADD_HD void operator()(T& parameter, T gradient) const {
    parameter = parameter + step * Direction(parameter, gradient);
  }
  GRADD_HD void operator()(T& parameter, T gradient, T& momentum_buffer) const {
    const T direction = Direction(parameter, gradient);
    momentum_buffer = first ? direction : momentum_buffer * momentum + gradient_weight * direction;
    parameter =
        parameter + step * (nesterov ? direction + momentum * momentum_buffer : momentum_buffer);
  }

 private:
  GRADD_HD T Direction(T parameter, T gradient) const {
    const T direction = maximize ? -gradient : gradient;
    return decays ? direction + weight_decay * parameter : direction;
  }

  T step, momentum, gradient_weight, weight_decay;
  bool decays, nesterov, maximize, first;
};

}  // namespace gradd
