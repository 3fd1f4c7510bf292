#include "client/cpp/optim/sgd.h"

#include <utility>

namespace gradd {
inline namespace client {
namespace optim {
namespace {

NamedOptions Named(const SgdOptions& options) {
  return {{"lr", options.lr},
          {"momentum", options.momentum},
          {"dampening", options.dampening},
          {"weight_decay", options.weight_decay},
          {"nesterov", options.nesterov ? 1 : 0},
          {"maximize", options.maximize ? 1 : 0}};
}

}  // namespace

SGD::SGD(const std::vector<Tensor>& parameters, const SgdOptions& options, SourceLine source)
    : SGD(std::vector<ParamGroup>{{parameters}}, options, source) {}

SGD::SGD(std::vector<ParamGroup> groups, const SgdOptions& options, SourceLine source)
    : Optimizer("sgd", std::move(groups), Named(options), source) {}

}  // namespace optim
}  // namespace client
}  // namespace gradd
