#include "core/base/status.h"
#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/cuda/position_sort.h"
#include "core/kernels/cuda/strided_layouts.h"
#include "core/kernels/cuda/write_runs.h"

namespace gradd::cuda {
namespace {

// Over the elements of all slices, those in the order of their places.
template <class T, bool kAdds>
struct WriteRun {
  StridedLayout<3> layout;  // of out, the slice and source
  StridedIndex source_slices;
  const uint64_t* places;
  const int64_t* slices;
  int64_t count;
  const T* source;
  T* out;
  const IndexError* error;  // may be null

  __device__ void operator()(int64_t flat) const {
    if (error != nullptr && error->found != 0) return;
    int64_t offsets[3];
    layout.Offsets(flat, offsets);
    const int64_t at = offsets[1];
    const uint64_t place = places[at];
    T& target = out[offsets[0] + static_cast<int64_t>(place)];
    const T* const from = source + offsets[2];
    if constexpr (kAdds) {
      if (at > 0 && places[at - 1] == place) return;  // the run's first adds them all
      T sum = target;
      for (int64_t i = at; i < count && places[i] == place; ++i) {
        sum = static_cast<T>(sum + from[source_slices.Offset(slices[i])]);
      }
      target = sum;
    } else {
      if (at + 1 < count && places[at + 1] == place) return;  // the run's last is what stays
      target = from[source_slices.Offset(slices[at])];
    }
  }
};

// Bits of the largest number below `end`.
int BitsBelow(int64_t end) {
  int bits = 1;
  while (bits < 63 && (int64_t{1} << bits) < end) ++bits;
  return bits;
}

template <class T, bool kAdds>
void Enqueue(const KernelCall& call, const SliceWrites& writes, const StridedLayout<3>& layout,
             const PositionSort& sort, const void* source) {
  ForEach(
      call.stream, writes.loop.count,
      WriteRun<T, kAdds>{layout, writes.source_slices, sort.keys(), sort.positions(), writes.count,
                         static_cast<const T*>(source), call.outputs[0].as<T>(), call.index_error});
}

}  // namespace

absl::Status WriteRuns(const KernelCall& call, const SliceWrites& writes, const void* source,
                       bool adds) {
  if (writes.loop.count == 0) return absl::OkStatus();
  const TensorSpec& out = *call.outputs[0].spec;
  GRADD_ASSIGN_OR_RETURN(const StridedLayout<3> layout, MakeLayout<3>(writes.loop));
  GRADD_ASSIGN_OR_RETURN(const PositionSort sort,
                         PositionSort::Make(call, writes.count, BitsBelow(out.element_count())));
  sort.Run(call.stream, reinterpret_cast<const uint64_t*>(writes.places));
  VisitDType(out.dtype, [&](auto zero) {
    using T = decltype(zero);
    // Integers wrap, so they add as unsigned ones.
    using Sum = std::conditional_t<kIsHalf<T>, T, ComputeType<T>>;
    if (adds) {
      Enqueue<Sum, true>(call, writes, layout, sort, source);
    } else {
      Enqueue<T, false>(call, writes, layout, sort, source);
    }
  });
  return absl::OkStatus();
}

}  // namespace gradd::cuda
