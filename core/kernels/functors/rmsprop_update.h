// One element's step of RMSprop. Source: torch.optim.rmsprop._single_tensor_rmsprop, in its order
// of operations.
#pragma once

#include "core/kernels/functors/lerp.h"
#include "core/ops/scalar.h"

namespace gradd {

struct RmspropNumbers {
  double lr = 0;
  double alpha = 0;
  double square_weight = 0;  // 1 - alpha
  double eps = 0;
  double weight_decay = 0;
  double momentum = 0;
  bool maximize = false;
};

// T: a number, or a vector of them. All branches are the same for every element. States: the
// average square, then the momentum buffer and the average gradient, as far as there are any.
template <class T, bool kMomentum, bool kCentered>
struct RmspropUpdate {
  static constexpr int kStates = 1 + (kMomentum ? 1 : 0) + (kCentered ? 1 : 0);

  GRADD_HD explicit RmspropUpdate(const RmspropNumbers& numbers)
      : step(-numbers.lr),
        alpha(numbers.alpha),
        square_weight(numbers.square_weight),
        eps(numbers.eps),
        weight_decay(numbers.weight_decay),
        momentum(numbers.momentum),
        average(numbers.square_weight),
        decays(numbers.weight_decay != 0),
        maximize(numbers.maximize) {}

  GRADD_HD void operator()(T& parameter, T gradient, T& square_avg) const {
    const T direction = Direction(parameter, gradient);
    Square(direction, square_avg);
    Move(parameter, direction, Root(square_avg));
  }
  // The state is the momentum buffer or the average gradient.
  GRADD_HD void operator()(T& parameter, T gradient, T& square_avg, T& state) const {
    const T direction = Direction(parameter, gradient);
    Square(direction, square_avg);
    if constexpr (kCentered) {
      Move(parameter, direction, CenteredRoot(direction, square_avg, state));
    } else {
      MoveWithMomentum(parameter, direction, Root(square_avg), state);
    }
  }
  GRADD_HD void operator()(T& parameter, T gradient, T& square_avg, T& momentum_buffer,
                           T& grad_avg) const {
    const T direction = Direction(parameter, gradient);
    Square(direction, square_avg);
    MoveWithMomentum(parameter, direction, CenteredRoot(direction, square_avg, grad_avg),
                     momentum_buffer);
  }

 private:
  GRADD_HD T Direction(T parameter, T gradient) const {
    const T direction = maximize ? -gradient : gradient;
    return decays ? direction + weight_decay * parameter : direction;
  }
  GRADD_HD void Square(T direction, T& square_avg) const {
    square_avg = square_avg * alpha + square_weight * direction * direction;
  }
  GRADD_HD T Root(T square) const {
    using ops::sqrt;
    return sqrt(square) + eps;
  }
  GRADD_HD T CenteredRoot(T direction, T square_avg, T& grad_avg) const {
    grad_avg = average(grad_avg, direction);
    return Root(square_avg - grad_avg * grad_avg);
  }
  GRADD_HD void Move(T& parameter, T direction, T root) const {
    parameter = parameter + step * direction / root;
  }
  GRADD_HD void MoveWithMomentum(T& parameter, T direction, T root, T& momentum_buffer) const {
    momentum_buffer = momentum_buffer * momentum + direction / root;
    parameter = parameter + step * momentum_buffer;
  }

  T step, alpha, square_weight, eps, weight_decay, momentum;
  Lerp<T> average;
  bool decays, maximize;
};

}  // namespace gradd
