#include "core/kernels/cpu/for_each.h"
#include "core/kernels/functors/random.h"
#include "core/kernels/kernel.h"
#include "core/ops/random/random_spec.h"

namespace gradd::cpu {
namespace {

template <class T>
struct Fill {
  T* out;
  uint64_t seed, offset;
  void operator()(int64_t i) const { out[i] = NormalNumber<T>::At(seed, offset, i); }
};

template <class T>
void Run(const KernelCall& call) {
  ForEach(
      call.stream, call.outputs[0].spec->element_count(),
      Fill<T>{call.outputs[0].as<T>(), static_cast<uint64_t>(call.attributes.Int(ops::kRandomSeed)),
              static_cast<uint64_t>(call.attributes.Int(ops::kRandomOffset))});
}

}  // namespace

Kernel RandnKernel() {
  return {[](const KernelCall& call) {
    call.outputs[0].spec->dtype == DType::kFloat32 ? Run<float>(call) : Run<double>(call);
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
