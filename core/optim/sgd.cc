#include "core/optim/sgd.h"

#include <limits>
#include <utility>

#include "core/autograd/errors.h"
#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/create/full.h"
#include "core/ops/op_table.h"
#include "core/ops/view/clone.h"
#include "core/optim/options.h"

namespace gradd {
namespace {

constexpr double kHuge = std::numeric_limits<double>::infinity();
constexpr OptionRule kRules[] = {
    {"lr", 1e-3, 0, kHuge, "learning rate"},
    {"momentum", 0, 0, kHuge, "momentum value"},
    {"dampening", 0, -kHuge, kHuge, "dampening value"},
    {"weight_decay", 0, 0, kHuge, "weight_decay value"},
    {"nesterov", 0, 0, 1, "nesterov flag"},
    {"maximize", 0, 0, 1, "maximize flag"},
};

Value Scaled(Builder& g, const Value& v, double factor) {
  return factor == 1 ? v : g.Apply(*FindOp("mul"), {v, MakeScalar(factor)});
}
Value Added(Builder& g, const Value& a, const Value& b) { return g.Apply(*FindOp("add"), {a, b}); }

class Sgd final : public Optimizer {
 public:
  explicit Sgd(std::vector<ParameterGroup> groups) : groups_(std::move(groups)) {
    for (const ParameterGroup& group : groups_) momenta_.emplace_back(group.parameters.size());
  }

  absl::Status Step(Tape& tape, Eager& eager, const Cancellation& cancellation) override {
    Builder g(eager);
    std::vector<Update> updates;
    for (size_t i = 0; i < groups_.size(); ++i) {
      for (size_t j = 0; j < groups_[i].parameters.size(); ++j) {
        if (cancellation.cancelled()) return autograd_errors::Cancelled();
        const Value grad = tape.Grad(groups_[i].parameters[j]);
        if (!grad) continue;
        updates.push_back(MakeUpdate(g, groups_[i], i, j, grad));
        GRADD_RETURN_IF_ERROR(g.status());
        GRADD_RETURN_IF_ERROR(eager.MakeWritable(updates.back().parameter));
      }
    }
    for (Update& update : updates) {
      GRADD_RETURN_IF_ERROR(eager.Assign(update.parameter, update.contents));
      if (update.momentum) momenta_[update.group][update.index] = std::move(update.momentum);
    }
    return absl::OkStatus();
  }

  absl::Status ZeroGrad(Tape& tape, Eager& eager, bool set_to_none) override {
    Builder g(eager);
    std::vector<std::pair<Value, Value>> zeros;
    for (const ParameterGroup& group : groups_) {
      for (const Value& parameter : group.parameters) {
        const Value grad = tape.Grad(parameter);
        if (!grad) continue;
        zeros.emplace_back(parameter, set_to_none ? nullptr : ops::ZerosLike(g, grad->spec()));
        GRADD_RETURN_IF_ERROR(g.status());
        if (!set_to_none) GRADD_RETURN_IF_ERROR(eager.MakeWritable(grad));
      }
    }
    for (const auto& [parameter, zero] : zeros) {
      GRADD_RETURN_IF_ERROR(set_to_none ? tape.SetGrad(parameter, nullptr)
                                        : tape.FillGrad(parameter, zero));
    }
    return absl::OkStatus();
  }

  void ForEachState(const std::function<void(const Value&)>& visit) const override {
    for (const std::vector<Value>& group : momenta_) {
      for (const Value& momentum : group) {
        if (momentum) visit(momentum);
      }
    }
  }

 private:
  struct Update {
    size_t group, index;
    Value parameter;
    Value contents;  // what it will hold
    Value momentum;  // null: none
  };

  // Source of the formula: torch.optim.SGD's documentation.
  Update MakeUpdate(Builder& g, ParameterGroup& group, size_t i, size_t j, const Value& grad) {
    auto& options = group.options;
    Update update{i, j, group.parameters[j], nullptr, nullptr};
    Value direction = options["maximize"] != 0 ? Scaled(g, grad, -1) : grad;
    if (const double decay = options["weight_decay"]; decay != 0) {
      direction = Added(g, direction, Scaled(g, update.parameter, decay));
    }
    if (const double momentum = options["momentum"]; momentum != 0) {
      const Value& old = momenta_[i][j];
      update.momentum =
          old ? Added(g, Scaled(g, old, momentum), Scaled(g, direction, 1 - options["dampening"]))
              : ops::Clone(g, direction);
      direction = options["nesterov"] != 0
                      ? Added(g, direction, Scaled(g, update.momentum, momentum))
                      : update.momentum;
    }
    update.contents = Added(g, update.parameter, Scaled(g, direction, -options["lr"]));
    return update;
  }

  std::vector<ParameterGroup> groups_;
  std::vector<std::vector<Value>> momenta_;  // by group and parameter; null until the first step
};

}  // namespace

absl::StatusOr<std::unique_ptr<Optimizer>> MakeSgd(std::vector<ParameterGroup> groups) {
  for (ParameterGroup& group : groups) {
    GRADD_RETURN_IF_ERROR(ApplyRules(kRules, group));
    if (group.options["nesterov"] != 0 &&
        (group.options["momentum"] <= 0 || group.options["dampening"] != 0)) {
      return InvalidArgument("OPTION_OUT_OF_RANGE",
                             "Nesterov momentum requires a momentum and zero dampening");
    }
  }
  return std::unique_ptr<Optimizer>(std::make_unique<Sgd>(std::move(groups)));
}

}  // namespace gradd
