// Kernels of all pointwise ops, from their formulas.
#include "core/kernels/cpu/pointwise.h"

#include <bit>

#include "core/kernels/cpu/cpu_kernels.h"
#include "core/kernels/functors/truth.h"
#include "core/ops/pointwise/define.h"
#include "core/ops/pointwise_list.h"

namespace gradd::cpu {
namespace {

// The fused vjp of F by its argument I as a formula of the cotangent and what its derivative uses.
template <class F, int I>
struct VjpFormula {
  static constexpr uint32_t kUses = ops::pointwise_internal::kUses<F, I>;
  static constexpr int kArity = 1 + std::popcount(kUses);

  template <class T, class... Rest>
  static T value(T cotangent, Rest... rest) {
    const T used[] = {rest...};
    return Times(cotangent, used, std::make_index_sequence<F::kArity + 1>());
  }
  template <class T, size_t... K>
  static T Times(T cotangent, const T* used, std::index_sequence<K...>) {
    return cotangent * F::derivative(Argument<K>(used)...).by[I];
  }
  template <size_t K, class T>
  static T Argument(const T* used) {
    if constexpr ((kUses >> K & 1) == 0) return T(0);
    return used[std::popcount(kUses & ((uint32_t{1} << K) - 1))];
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
  if (call.outputs[0].spec->dtype == DType::kFloat32) {
    LaunchPointwise<VjpFormula<F, I>, float>(call);
  } else {
    LaunchPointwise<VjpFormula<F, I>, double>(call);
  }
  return absl::OkStatus();
}

// Where the partial is a constant there is no such op.
template <class F, int I>
void RegisterVjp(KernelTable& table) {
  if constexpr (ops::pointwise_internal::kUses<F, I> != 0) {
    table.Set(ops::PointwiseVjpOp<F, I>(), {&RunVjp<F, I>});
  }
}

template <class F, size_t... I>
void RegisterVjps(KernelTable& table, std::index_sequence<I...>) {
  (RegisterVjp<F, I>(table), ...);
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
