// Makes ops out of formulas.
#pragma once

#include <array>
#include <iterator>
#include <string>
#include <utility>

#include "core/ops/expr.h"
#include "core/ops/formula_uses.h"
#include "core/ops/pointwise/rules.h"

namespace gradd::ops {

namespace pointwise_internal {

// A formula may name its arguments (kInputs); PyTorch's usual names are the default.
template <class F>
constexpr const char* InputName(int i) {
  if constexpr (requires { F::kInputs; }) {
    return F::kInputs[i];
  } else {
    return i == 0 ? "input" : "other";
  }
}

// What most ops and their vjps have in common with their formulas.
template <class F>
void DescribeFormula(Op& op) {
  op.is_pointwise = true;
  if constexpr (requires { F::kConditionInput; }) op.condition_input = F::kConditionInput;
  if constexpr (requires { F::kNodeName; }) op.node_name = F::kNodeName;
  if constexpr (requires { F::kNodeOverloads; }) {
    op.node_overload = [](SpecView inputs, const Attributes&) {
      const int which = inputs[0].weak ? 1 : inputs[F::kArity - 1].weak ? 2 : 0;
      return F::kNodeOverloads[which];
    };
  }
}

}  // namespace pointwise_internal

template <class F>
const Op& PointwiseOp();

// The primitive pointwise_vjp<F, I>: cotangent * dF/d(argument I), from the cotangent and what of
// (arguments..., output) the derivative uses. Eager and Batch run it fused; Tape and Jvp expand it
// into ops.
template <class F, int I>
const Op& PointwiseVjpOp() {
  static const Op& op = []() -> const Op& {
    Op op;
    op.name = std::string(F::kName) + "_vjp" + std::to_string(I);
    op.doc = std::string("The cotangent times the derivative of ") + F::kName + ".";
    op.inputs = {"cotangent"};
    constexpr uint32_t kUses = pointwise_internal::kUses<F, I>;
    for (int i = 0; i <= F::kArity; ++i) {
      if ((kUses >> i & 1) == 0) continue;
      op.inputs.emplace_back(i < F::kArity ? pointwise_internal::InputName<F>(i) : "output");
    }
    op.is_pointwise = true;
    op.is_internal = true;
    op.spec = [](const Op& self, SpecSpan inputs, const Attributes&, Specs& outputs) {
      return PointwiseSpec(self, Domain::kFloating, inputs, outputs);
    };
    op.batch = PointwiseBatch;
    op.expand = [](Builder& g, const Op& self, ValueSpan inputs, const Attributes&,
                   absl::Span<Value> outputs) {
      // In the precision of the fused op from the beginning to the end.
      const Values converted = AsComputed(g, self, inputs);
      if (!g.ok()) return;
      std::vector<Expr> arguments;
      for (size_t i = 0, next = 1; i <= F::kArity; ++i) {
        arguments.push_back((kUses >> i & 1) != 0 ? Expr(g, converted[next++]) : Expr(0.0));
      }
      const Expr partial = pointwise_internal::Derivative<F>(arguments.data()).by[I];
      Expr gradient = Expr(g, converted[0]) * partial;
      if constexpr (pointwise_internal::kIsMask<F>)
        gradient = select(partial == 0.0, 0.0, gradient);
      outputs[0] = AsResult(g, self, inputs, gradient.ToValue());
    };
    return DefineOp(std::move(op));
  }();
  return op;
}

namespace pointwise_internal {

template <class F, int I>
PartialInfo InfoOf() {
  if (kUses<F, I> != 0) return {&PointwiseVjpOp<F, I>(), kUses<F, I>, 0};
  const std::array<double, F::kArity + 1> ones = {};
  return {nullptr, 0, Derivative<F>(ones.data()).by[I]};
}

template <class F>
const std::array<PartialInfo, F::kArity>& Infos() {
  static const auto kInfos = []<size_t... I>(std::index_sequence<I...>) {
    return std::array<PartialInfo, F::kArity>{InfoOf<F, I>()...};
  }
  (std::make_index_sequence<F::kArity>());
  return kInfos;
}

}  // namespace pointwise_internal

template <class F>
void DefineDerivatives(Op& op) {
  using pointwise_internal::Infos;
  op.spec = [](const Op& self, SpecSpan inputs, const Attributes&, Specs& outputs) {
    return PointwiseSpec(self, F::kDomain, inputs, outputs);
  };
  op.residuals = [](const Op&, IndexSet needs) { return PointwiseResiduals(Infos<F>(), needs); };
  op.vjp = [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
              absl::Span<Value> gradients) {
    PointwiseVjp(g, r, Infos<F>(), cotangents[0], needs, gradients);
  };
  op.jvp = [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
    PointwiseJvp(g, r, Infos<F>(), tangents, outputs[0]);
  };
  Infos<F>();  // defines the vjp ops, so that the table is complete
}

template <class F>
const Op& PointwiseOp() {
  static const Op& op = []() -> const Op& {
    Op op;
    op.name = F::kName;
    op.doc = F::kDoc;
    for (int i = 0; i < F::kArity; ++i) {
      op.inputs.emplace_back(pointwise_internal::InputName<F>(i));
    }
    pointwise_internal::DescribeFormula<F>(op);
    if constexpr (requires { F::kDefaults; }) {  // of the last inputs
      op.input_defaults.resize(F::kArity - std::size(F::kDefaults));
      for (const double number : F::kDefaults) op.input_defaults.emplace_back(number);
    }
    op.batch = PointwiseBatch;
    if constexpr (pointwise_internal::kIsPredicate<F>) {
      op.is_predicate = true;
      op.spec = [](const Op& self, SpecSpan inputs, const Attributes&, Specs& outputs) {
        return PredicateSpec(self, inputs, outputs);
      };
    } else {
      DefineDerivatives<F>(op);
    }
    return DefineOp(std::move(op));
  }();
  return op;
}

}  // namespace gradd::ops
