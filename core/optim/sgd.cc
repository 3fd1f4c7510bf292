// Stochastic gradient descent, as torch.optim.SGD.
#include <utility>

#include "core/ops/optim/updates.h"
#include "core/optim/algorithm.h"

namespace gradd {
namespace {

using namespace sgd_options;  // NOLINT(google-build-using-namespace): constants of this kind

StateSet StatesUsed(const OptionValues& options) { return options[kMomentum] != 0 ? 1 : 0; }

void Update(const MultiTensorKernels& kernels, UpdateList list, const OptionValues& options,
            int64_t, StateSet fresh) {
  SgdNumbers numbers;
  numbers.lr = options[kLr];
  numbers.momentum = options[kMomentum];
  numbers.gradient_weight = 1 - options[kDampening];
  numbers.weight_decay = options[kWeightDecay];
  numbers.nesterov = options[kNesterov] != 0;
  numbers.maximize = options[kMaximize] != 0;
  numbers.first = fresh != 0;
  kernels.sgd(std::move(list), numbers, StatesUsed(options) != 0);
}

}  // namespace

const Algorithm& Sgd() {
  static const Algorithm* const kSgd =
      new Algorithm{FindOptimizerKind("sgd"), &ops::SgdUpdateOp(), &StatesUsed, false, &Update};
  return *kSgd;
}

}  // namespace gradd
