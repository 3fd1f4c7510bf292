// Adam and AdamW, as torch.optim.Adam and torch.optim.AdamW.
#include <cmath>
#include <utility>

#include "core/ops/optim/updates.h"
#include "core/optim/algorithm.h"

namespace gradd {
namespace {

using namespace adam_options;  // NOLINT(google-build-using-namespace): constants of this kind

StateSet StatesUsed(const OptionValues& options) { return options[kAmsgrad] != 0 ? 7 : 3; }

// In double from the number of steps, as PyTorch does on the host.
template <bool kDecoupled>
void Update(const MultiTensorKernels& kernels, UpdateList list, const OptionValues& options,
            int64_t step, StateSet) {
  const auto steps = static_cast<double>(step);
  AdamNumbers numbers;
  if (kDecoupled) {
    numbers.parameter_factor = 1 - options[kLr] * options[kWeightDecay];
  } else {
    numbers.weight_decay = options[kWeightDecay];
  }
  numbers.average_weight = 1 - options[kBeta1];
  numbers.beta2 = options[kBeta2];
  numbers.square_weight = 1 - options[kBeta2];
  numbers.eps = options[kEps];
  numbers.step_size = options[kLr] / (1 - std::pow(options[kBeta1], steps));
  numbers.root_correction = std::pow(1 - std::pow(options[kBeta2], steps), 0.5);
  numbers.maximize = options[kMaximize] != 0;
  kernels.adam(std::move(list), numbers, options[kAmsgrad] != 0);
}

}  // namespace

const Algorithm& Adam() {
  static const Algorithm* const kAdam = new Algorithm{
      FindOptimizerKind("adam"), &ops::AdamUpdateOp(), &StatesUsed, true, &Update<false>};
  return *kAdam;
}

const Algorithm& AdamW() {
  static const Algorithm* const kAdamW = new Algorithm{
      FindOptimizerKind("adamw"), &ops::AdamWUpdateOp(), &StatesUsed, true, &Update<true>};
  return *kAdamW;
}

}  // namespace gradd
