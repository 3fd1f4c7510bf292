// Kernels of all pointwise ops, from their formulas.
#include "core/kernels/cpu/pointwise.h"

#include "core/kernels/cpu/cpu_kernels.h"
#include "core/kernels/functors/truth.h"
#include "core/ops/pointwise/define.h"
#include "core/ops/pointwise_list.h"

namespace gradd::cpu {
namespace {

// The fused vjp of F by its argument I as a formula of (cotangent, arguments..., output).
template <class F, int I>
struct VjpFormula {
  static constexpr int kArity = F::kArity + 2;
  template <class T, class... Rest>
  static T value(T cotangent, Rest... rest) {
    return cotangent * F::derivative(rest...).by[I];
  }
};

template <class F>
absl::Status RunPointwise(const KernelCall& call) {
  switch (call.outputs[0].spec->dtype) {
    case DType::kFloat32:
      LaunchPointwise<F, float>(call);
      return absl::OkStatus();
    case DType::kFloat64:
      LaunchPointwise<F, double>(call);
      return absl::OkStatus();
    case DType::kInt64:
      if constexpr (F::kDomain != ops::Domain::kFloating) {
        // Unsigned, because integer arithmetic wraps.
        LaunchPointwise<F, uint64_t>(call);
        return absl::OkStatus();
      }
      break;
    case DType::kBool:
      if constexpr (F::kDomain == ops::Domain::kAny) {
        LaunchPointwise<F, Truth>(call);
        return absl::OkStatus();
      }
      break;
  }
  return Unimplemented("DTYPE_UNSUPPORTED", call.op.name, "(): not implemented for ",
                       Name(call.outputs[0].spec->dtype));
}

template <class F, int I>
absl::Status RunVjp(const KernelCall& call) {
  // An argument that the formula does not use reads the cotangent instead, so that the row still
  // has stride 1 throughout. It costs nothing: the load is dead.
  const uint32_t uses = ops::pointwise_internal::Infos<F>()[I].uses;
  std::array<KernelArgument, F::kArity + 2> inputs;
  inputs[0] = call.inputs[0];
  for (int k = 0; k <= F::kArity; ++k) {
    inputs[k + 1] = (uses >> k & 1) != 0 ? call.inputs[k + 1] : call.inputs[0];
  }
  const KernelCall trimmed{call.op,         inputs,      call.outputs,
                           call.attributes, call.stream, call.workspace};
  if (call.outputs[0].spec->dtype == DType::kFloat32) {
    LaunchPointwise<VjpFormula<F, I>, float>(trimmed);
  } else {
    LaunchPointwise<VjpFormula<F, I>, double>(trimmed);
  }
  return absl::OkStatus();
}

template <class F, size_t... I>
void RegisterVjps(KernelTable& table, std::index_sequence<I...>) {
  const auto set = [&](const Op* op, KernelFunction run) {
    if (op != nullptr) table.Set(*op, {run});
  };
  (set(ops::pointwise_internal::Infos<F>()[I].vjp_op, &RunVjp<F, I>), ...);
}

template <class F>
void Register(KernelTable& table) {
  table.Set(ops::PointwiseOp<F>(), {&RunPointwise<F>});
  RegisterVjps<F>(table, std::make_index_sequence<F::kArity>());
}

}  // namespace

void RegisterPointwise(KernelTable& table) {
#define GRADD_REGISTER(F) Register<ops::F>(table);
  GRADD_FOR_EACH_POINTWISE(GRADD_REGISTER)
#undef GRADD_REGISTER
}

}  // namespace gradd::cpu
