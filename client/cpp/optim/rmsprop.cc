#include "client/cpp/optim/rmsprop.h"

#include <utility>

namespace gradd {
inline namespace client {
namespace optim {
namespace {

NamedOptions Named(const RmspropOptions& options) {
  return {{"lr", options.lr},
          {"alpha", options.alpha},
          {"eps", options.eps},
          {"weight_decay", options.weight_decay},
          {"momentum", options.momentum},
          {"centered", options.centered ? 1 : 0},
          {"maximize", options.maximize ? 1 : 0}};
}

}  // namespace

RMSprop::RMSprop(const std::vector<Tensor>& parameters, const RmspropOptions& options,
                 SourceLine source)
    : RMSprop(std::vector<ParamGroup>{{parameters}}, options, source) {}

RMSprop::RMSprop(std::vector<ParamGroup> groups, const RmspropOptions& options, SourceLine source)
    : Optimizer("rmsprop", std::move(groups), Named(options), source) {}

}  // namespace optim
}  // namespace client
}  // namespace gradd
