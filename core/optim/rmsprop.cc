// RMSprop, as torch.optim.RMSprop.
#include <utility>

#include "core/ops/optim/updates.h"
#include "core/optim/algorithm.h"

namespace gradd {
namespace {

using namespace rmsprop_options;  // NOLINT(google-build-using-namespace): constants of this kind

StateSet StatesUsed(const OptionValues& options) {
  return 1u | (options[kMomentum] > 0 ? 2u : 0u) | (options[kCentered] != 0 ? 4u : 0u);
}

void Update(const MultiTensorKernels& kernels, UpdateList list, const OptionValues& options,
            int64_t, StateSet) {
  RmspropNumbers numbers;
  numbers.lr = options[kLr];
  numbers.alpha = options[kAlpha];
  numbers.square_weight = 1 - options[kAlpha];
  numbers.eps = options[kEps];
  numbers.weight_decay = options[kWeightDecay];
  numbers.momentum = options[kMomentum];
  numbers.maximize = options[kMaximize] != 0;
  kernels.rmsprop(std::move(list), numbers, options[kMomentum] > 0, options[kCentered] != 0);
}

}  // namespace

const Algorithm& Rmsprop() {
  static const Algorithm* const kRmsprop = new Algorithm{
      FindOptimizerKind("rmsprop"), &ops::RmspropUpdateOp(), &StatesUsed, false, &Update};
  return *kRmsprop;
}

}  // namespace gradd
