// One element's step of Adam or AdamW. Source: torch.optim.adam._single_tensor_adam, in its order
// of operations.
#pragma once

#include "core/kernels/functors/lerp.h"
#include "core/ops/scalar.h"

namespace gradd {

struct AdamNumbers {
  double weight_decay = 0;      // added to the gradient (Adam)
  double parameter_factor = 1;  // 1 - lr * weight_decay for decoupled decay (AdamW)
  double average_weight = 0;    // 1 - beta1
  double beta2 = 0;
  double square_weight = 0;  // 1 - beta2
  double eps = 0;
  double step_size = 0;        // lr / (1 - beta1^step)
  double root_correction = 1;  // sqrt(1 - beta2^step)
  bool maximize = false;
};

// T: a number, or a vector of them. All branches are the same for every element.
template <class T, bool kAmsgrad>
struct AdamUpdate {
  static constexpr int kStates = kAmsgrad ? 3 : 2;

  GRADD_HD explicit AdamUpdate(const AdamNumbers& numbers)
      : weight_decay(numbers.weight_decay),
        parameter_factor(numbers.parameter_factor),
        average(numbers.average_weight),
        beta2(numbers.beta2),
        square_weight(numbers.square_weight),
        eps(numbers.eps),
        step(-numbers.step_size),
        root_correction(numbers.root_correction),
        decays(numbers.weight_decay != 0),
        maximize(numbers.maximize) {}

  GRADD_HD void operator()(T& parameter, T gradient, T& exp_avg, T& exp_avg_sq) const {
    Average(parameter, gradient, exp_avg, exp_avg_sq);
    Move(parameter, exp_avg, exp_avg_sq);
  }
  GRADD_HD void operator()(T& parameter, T gradient, T& exp_avg, T& exp_avg_sq,
                           T& max_exp_avg_sq) const {
    Average(parameter, gradient, exp_avg, exp_avg_sq);
    using ops::maximum;
    max_exp_avg_sq = maximum(max_exp_avg_sq, exp_avg_sq);
    Move(parameter, exp_avg, max_exp_avg_sq);
  }

 private:
  GRADD_HD void Average(T& parameter, T gradient, T& exp_avg, T& exp_avg_sq) const {
    T direction = maximize ? -gradient : gradient;
    parameter = parameter * parameter_factor;
    if (decays) direction = direction + weight_decay * parameter;
    exp_avg = average(exp_avg, direction);
    exp_avg_sq = exp_avg_sq * beta2 + square_weight * direction * direction;
  }
  GRADD_HD void Move(T& parameter, T exp_avg, T square) const {
    using ops::sqrt;
    parameter = parameter + step * exp_avg / (sqrt(square) / root_correction + eps);
  }

  T weight_decay, parameter_factor;
  Lerp<T> average;
  T beta2, square_weight, eps, step, root_correction;
  bool decays, maximize;
};

}  // namespace gradd
