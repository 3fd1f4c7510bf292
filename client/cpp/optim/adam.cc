#include "client/cpp/optim/adam.h"

namespace gradd {
inline namespace client {
namespace optim {
namespace {

template <class Options>
NamedOptions Named(const Options& options) {
  return {{"lr", options.lr},
          {"beta1", options.betas.first},
          {"beta2", options.betas.second},
          {"eps", options.eps},
          {"weight_decay", options.weight_decay},
          {"amsgrad", options.amsgrad ? 1 : 0},
          {"maximize", options.maximize ? 1 : 0}};
}

}  // namespace

Adam::Adam(const std::vector<Tensor>& parameters, const AdamOptions& options, SourceLine source)
    : Adam(std::vector<ParamGroup>{{parameters}}, options, source) {}

Adam::Adam(std::vector<ParamGroup> groups, const AdamOptions& options, SourceLine source)
    : Optimizer("adam", std::move(groups), Named(options), source) {}

AdamW::AdamW(const std::vector<Tensor>& parameters, const AdamWOptions& options, SourceLine source)
    : AdamW(std::vector<ParamGroup>{{parameters}}, options, source) {}

AdamW::AdamW(std::vector<ParamGroup> groups, const AdamWOptions& options, SourceLine source)
    : Optimizer("adamw", std::move(groups), Named(options), source) {}

}  // namespace optim
}  // namespace client
}  // namespace gradd
