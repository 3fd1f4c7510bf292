// Adam and AdamW, as torch.optim.Adam and torch.optim.AdamW.
#pragma once

#include <utility>
#include <vector>

#include "client/cpp/optim/optimizer.h"

namespace gradd {
inline namespace client {
namespace optim {

struct AdamOptions {
  double lr = 1e-3;
  std::pair<double, double> betas = {0.9, 0.999};
  double eps = 1e-8;
  double weight_decay = 0;  // added to the gradient
  bool amsgrad = false;
  bool maximize = false;
};

struct AdamWOptions {
  double lr = 1e-3;
  std::pair<double, double> betas = {0.9, 0.999};
  double eps = 1e-8;
  double weight_decay = 1e-2;  // of the parameter itself
  bool amsgrad = false;
  bool maximize = false;
};

class Adam : public Optimizer {
 public:
  explicit Adam(const std::vector<Tensor>& parameters, const AdamOptions& options = {},
                SourceLine source = SourceLine::Here());
  Adam(const std::vector<Tensor>& parameters, double lr, SourceLine source = SourceLine::Here())
      : Adam(parameters, AdamOptions{.lr = lr}, source) {}
  // `options` for what the groups leave out.
  explicit Adam(std::vector<ParamGroup> groups, const AdamOptions& options = {},
                SourceLine source = SourceLine::Here());
};

class AdamW : public Optimizer {
 public:
  explicit AdamW(const std::vector<Tensor>& parameters, const AdamWOptions& options = {},
                 SourceLine source = SourceLine::Here());
  AdamW(const std::vector<Tensor>& parameters, double lr, SourceLine source = SourceLine::Here())
      : AdamW(parameters, AdamWOptions{.lr = lr}, source) {}
  // `options` for what the groups leave out.
  explicit AdamW(std::vector<ParamGroup> groups, const AdamWOptions& options = {},
                 SourceLine source = SourceLine::Here());
};

}  // namespace optim
}  // namespace client
}  // namespace gradd
