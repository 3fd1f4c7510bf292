#include "core/kernels/cuda/scan.cuh"

namespace gradd::cuda {
namespace {

// Of all elements before each.
template <class T>
struct ProductBefore {
  using In = T;
  using Out = double;
  using A = double;
  __device__ static A None() { return 1; }
  __device__ static A Join(A a, A b) { return a * b; }
  __device__ static void Store(const ScanCall& call, int64_t place, A before, A) {
    static_cast<double*>(call.out)[place] = before;
  }
};

// From the back: times those of all elements behind.
template <class T>
struct ProductOfOthers : ProductBefore<T> {
  using Out = T;
  __device__ static void Store(const ScanCall& call, int64_t place, double behind, double) {
    const double before = static_cast<const double*>(call.others)[place];
    static_cast<T*>(call.out)[place] = Convert<T>(before * behind);
  }
};

absl::Status RunProdOthers(const KernelCall& call) {
  const KernelArgument& output = call.outputs[0];
  const int64_t count = output.spec->element_count();
  if (count == 0) return absl::OkStatus();
  GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(call.attributes.Int(0), output.spec->rank()));
  GRADD_ASSIGN_OR_RETURN(void* const before, call.workspace.Allocate(count * sizeof(double)));
  GRADD_ASSIGN_OR_RETURN(ScanCall first, MakeScan(call, call.inputs[0], output, dim, false));
  GRADD_ASSIGN_OR_RETURN(ScanCall second, MakeScan(call, call.inputs[0], output, dim, true));
  first.out = before;
  second.others = before;
  VisitDType(call.inputs[0].spec->dtype, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (kIsFloatingElement<T>) {
      LaunchScan<ProductBefore<T>>(call.stream, first);
      LaunchScan<ProductOfOthers<T>>(call.stream, second);
    }
  });
  return absl::OkStatus();
}

}  // namespace

Kernel ProdOthersKernel() { return {&RunProdOthers}; }

}  // namespace gradd::cuda
