// RMSprop, as torch.optim.RMSprop.
#pragma once

#include <vector>

#include "client/cpp/optim/optimizer.h"

namespace gradd {
inline namespace client {
namespace optim {

struct RmspropOptions {
  double lr = 1e-2;
  double alpha = 0.99;
  double eps = 1e-8;
  double weight_decay = 0;
  double momentum = 0;
  bool centered = false;
  bool maximize = false;
};

class RMSprop : public Optimizer {
 public:
  explicit RMSprop(const std::vector<Tensor>& parameters, const RmspropOptions& options = {},
                   SourceLine source = SourceLine::Here());
  RMSprop(const std::vector<Tensor>& parameters, double lr, SourceLine source = SourceLine::Here())
      : RMSprop(parameters, RmspropOptions{.lr = lr}, source) {}
  // `options` for what the groups leave out.
  explicit RMSprop(std::vector<ParamGroup> groups, const RmspropOptions& options = {},
                   SourceLine source = SourceLine::Here());
};

}  // namespace optim
}  // namespace client
}  // namespace gradd
