// Makes ops out of formulas.
#pragma once

#include <array>
#include <string>
#include <utility>

#include "core/ops/expr.h"
#include "core/ops/pointwise/rules.h"
#include "core/ops/probe.h"

namespace gradd::ops {

namespace pointwise_internal {

// derivative(arguments..., output) of formula F, with arguments[0..kArity] in an array.
template <class F, class T, size_t... I>
constexpr Partials<T, F::kArity> Derivative(const T* arguments, std::index_sequence<I...>) {
  return F::derivative(arguments[I]...);
}
template <class F, class T>
constexpr Partials<T, F::kArity> Derivative(const T* arguments) {
  return Derivative<F>(arguments, std::make_index_sequence<F::kArity + 1>());
}

inline constexpr std::array<const char*, 3> kArgumentNames = {"input", "other", "third"};

// What the partial derivative of F by argument I uses: bits 0..arity-1: the arguments; bit arity:
// the output.
template <class F, int I>
inline constexpr uint32_t kUses = [] {
  return []<size_t... A>(std::index_sequence<A...>) {
    const Probe probes[] = {Probe::Argument(A)...};
    return Derivative<F>(probes).by[I].uses();
  }
  (std::make_index_sequence<F::kArity + 1>());
}();

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
      op.inputs.emplace_back(i < F::kArity ? pointwise_internal::kArgumentNames[i] : "output");
    }
    op.is_pointwise = true;
    op.is_internal = true;
    op.spec = [](const Op& self, SpecSpan inputs, const Attributes&, Specs& outputs) {
      return PointwiseSpec(self, Domain::kFloating, inputs, outputs);
    };
    op.batch = PointwiseBatch;
    op.expand = [](Builder& g, const Op&, ValueSpan inputs, const Attributes&,
                   absl::Span<Value> outputs) {
      std::vector<Expr> arguments;
      for (size_t i = 0, next = 1; i <= F::kArity; ++i) {
        arguments.push_back((kUses >> i & 1) != 0 ? Expr(g, inputs[next++]) : Expr(0.0));
      }
      const Expr partial = pointwise_internal::Derivative<F>(arguments.data()).by[I];
      outputs[0] = (Expr(g, inputs[0]) * partial).ToValue();
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
const Op& PointwiseOp() {
  using pointwise_internal::Infos;
  static const Op& op = []() -> const Op& {
    Op op;
    op.name = F::kName;
    op.doc = F::kDoc;
    for (int i = 0; i < F::kArity; ++i) {
      op.inputs.emplace_back(pointwise_internal::kArgumentNames[i]);
    }
    op.is_pointwise = true;
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
    op.batch = PointwiseBatch;
    Infos<F>();  // defines the vjp ops, so that the table is complete
    return DefineOp(std::move(op));
  }();
  return op;
}

}  // namespace gradd::ops
