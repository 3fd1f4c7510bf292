// Stochastic gradient descent, as torch.optim.SGD.
#pragma once

#include <vector>

#include "client/cpp/optim/optimizer.h"

namespace gradd {
inline namespace client {
namespace optim {

struct SgdOptions {
  double lr = 1e-3;
  double momentum = 0;
  double dampening = 0;
  double weight_decay = 0;
  bool nesterov = false;
  bool maximize = false;
};

class SGD : public Optimizer {
 public:
  explicit SGD(const std::vector<Tensor>& parameters, const SgdOptions& options = {},
               SourceLine source = SourceLine::Here());
  SGD(const std::vector<Tensor>& parameters, double lr, SourceLine source = SourceLine::Here())
      : SGD(parameters, SgdOptions{.lr = lr}, source) {}
  // `options` for what the groups leave out.
  explicit SGD(std::vector<ParamGroup> groups, const SgdOptions& options = {},
               SourceLine source = SourceLine::Here());
};

}  // namespace optim
}  // namespace client
}  // namespace gradd
