#include "core/kernels/cuda/copy.h"
#include "core/kernels/cuda/cumsum.h"
#include "core/kernels/cuda/scan.cuh"

namespace gradd::cuda {
namespace {

template <class T>
struct CumsumScan {
  using In = T;
  using Out = T;
  using A = std::conditional_t<std::is_integral_v<T>, int64_t, double>;
  __device__ static A None() { return 0; }
  __device__ static A Join(A a, A b) {
    if constexpr (std::is_same_v<A, double>) {
      return a + b;
    } else {
      return static_cast<A>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
    }
  }
  __device__ static void Store(const ScanCall& call, int64_t place, A, A sum) {
    static_cast<T*>(call.out)[place] = Convert<T>(sum);
  }
};

}  // namespace

absl::Status Cumsum(const KernelCall& call, bool from_back) {
  const KernelArgument& output = call.outputs[0];
  const TensorSpec& spec = *output.spec;
  if (spec.element_count() == 0) return absl::OkStatus();
  GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(call.attributes.Int(0), spec.rank()));
  const bool converts = call.inputs[0].spec->dtype != spec.dtype;
  GRADD_ASSIGN_OR_RETURN(const ScanCall scan, MakeScan(call, converts ? output : call.inputs[0],
                                                       output, dim, from_back));
  if (converts) {  // into the output, where the sums then replace it
    GRADD_RETURN_IF_ERROR(
        Copy(call.stream, spec, output.data, *call.inputs[0].spec, call.inputs[0].data));
  }
  VisitDType(spec.dtype,
             [&](auto zero) { LaunchScan<CumsumScan<decltype(zero)>>(call.stream, scan); });
  return absl::OkStatus();
}

}  // namespace gradd::cuda
