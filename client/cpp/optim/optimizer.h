// What all optimizers have in common, as torch.optim.Optimizer.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/cpp/tensor.h"
#include "core/ops/optim/options.h"

namespace gradd {
inline namespace client {
namespace optim {

// Parameters that share options. What is left out of the options, by name ("lr"), has the
// optimizer's default. Flags are 0 or 1, betas are "beta1" and "beta2".
struct ParamGroup {
  std::vector<Tensor> params;
  NamedOptions options = {};
};

// What an optimizer remembers of one parameter.
struct ParamState {
  int64_t step = 0;                       // steps that the parameter took part in
  std::map<std::string, Tensor> tensors;  // "exp_avg", ...: the state itself, which steps change
};

// The state is the server's; a step is one command for all parameters and waits for nothing.
// Copies are the same optimizer.
class Optimizer {
 public:
  // Updates every parameter that has a gradient.
  void step(SourceLine source = SourceLine::Here());
  // The same, then every gradient is none: one command for both.
  void step_and_zero_grad(SourceLine source = SourceLine::Here());
  // Sets every parameter's gradient to none, or keeps it and makes it zero.
  void zero_grad(bool set_to_none = true, SourceLine source = SourceLine::Here());

  // With all options of each group as they are now.
  const std::vector<ParamGroup>& param_groups() const;
  void add_param_group(ParamGroup group, SourceLine source = SourceLine::Here());
  // For the steps to come: of every group, or of one.
  void set_lr(double lr, SourceLine source = SourceLine::Here());
  void set_lr(size_t group, double lr, SourceLine source = SourceLine::Here());
  void set_options(size_t group, const NamedOptions& options,
                   SourceLine source = SourceLine::Here());

  // What is remembered of a parameter. Waits for the server.
  ParamState state(const Tensor& parameter, SourceLine source = SourceLine::Here()) const;
  // Replaces it by copies of the tensors.
  void load_state(const Tensor& parameter, const ParamState& state,
                  SourceLine source = SourceLine::Here());

 protected:
  // `kind`: as core/ops/optim/options.h names it.
  Optimizer(const char* kind, std::vector<ParamGroup> groups, const NamedOptions& defaults,
            SourceLine source);

 private:
  struct Shared;  // the handle, given back with the last copy, and the groups

  void Step(bool zero_grad, SourceLine source);

  std::shared_ptr<Shared> shared_;
};

}  // namespace optim
}  // namespace client
}  // namespace gradd
