#include "core/base/status.h"
#include "core/device/cuda/cuda_device.h"
#include "core/kernels/cuda/indices.h"
#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/functors/resolve_indices.h"

namespace gradd::cuda {
namespace {

// Over the indices, in no order: agrees which bad one is the first. After one of an index tensor
// before this one it looks for none.
template <class I>
struct FindBadIndex {
  ResolveIndices<I> resolve;

  __device__ void operator()(int64_t i) const {
    IndexError& error = *resolve.error;
    if (resolve.Resolve(i) || error.found != 0) return;
    static_assert(sizeof(long long) == sizeof error.position);
    atomicMin(reinterpret_cast<long long*>(&error.position), static_cast<long long>(i));
  }
};

// Once, after all of them.
template <class I>
struct ReportBadIndex {
  ResolveIndices<I> resolve;

  __device__ void operator()(int64_t) const {
    const IndexError& error = *resolve.error;
    if (error.found == 0 && error.position != IndexError::kNowhere) resolve.Report(error.position);
  }
};

}  // namespace

absl::StatusOr<int64_t*> Distances(const KernelCall& call, const KernelArgument& index,
                                   DimsView shape, const IndexReading& reading, int64_t* sum) {
  const int64_t count = ElementCount(shape);
  int64_t* distances = sum;
  if (sum == nullptr) {
    GRADD_ASSIGN_OR_RETURN(void* const memory, call.workspace.Allocate(count * sizeof(int64_t)));
    distances = static_cast<int64_t*>(memory);
  }
  GRADD_ASSIGN_OR_RETURN(const StridedIndex layout, Broadcast(*index.spec, shape));
  // What is not looked at was not checked.
  const bool is_known = count == 0 || call.index_check->IsKnown(index, reading.good());
  const auto resolve = [&](auto* indices) {
    using I = std::remove_pointer_t<decltype(indices)>;
    const ResolveIndices<I> entries{indices,      layout,    reading.size,   reading.wraps,
                                    reading.step, distances, sum != nullptr, call.index_error};
    ForEach(call.stream, count, FindBadIndex<I>{entries});
    if (!is_known) ForEach(call.stream, 1, ReportBadIndex<I>{entries});
  };
  if (count == 0) return distances;
  if (index.spec->dtype == DType::kInt32) {
    resolve(index.as<const int32_t>());
  } else {
    resolve(index.as<const int64_t>());
  }
  return distances;
}

}  // namespace gradd::cuda
