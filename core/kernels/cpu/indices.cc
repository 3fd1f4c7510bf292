#include "core/kernels/cpu/indices.h"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "core/base/status.h"
#include "core/kernels/cpu/copy.h"
#include "core/kernels/cpu/for_each.h"
#include "core/kernels/functors/index_slices.h"
#include "core/kernels/functors/resolve_indices.h"

namespace gradd::cpu {
namespace {

// The sum of all index tensors' distances in a tensor of this spec.
absl::StatusOr<const int64_t*> AllDistances(const KernelCall& call, const TensorSpec& spec,
                                            const ops::IndexLayout& layout,
                                            absl::Span<const KernelArgument> indices, bool wraps) {
  int64_t* sum = nullptr;
  for (size_t i = 0; i < indices.size(); ++i) {
    const int64_t dim = layout.dims[i];
    GRADD_ASSIGN_OR_RETURN(sum, Distances(call, indices[i], layout.entries,
                                          {spec.shape[dim], spec.strides[dim], wraps}, sum));
  }
  return sum;
}

template <class T>
absl::Status Read(const KernelCall& call, const KernelArgument& in, const ops::IndexLayout& layout,
                  const int64_t* distances) {
  const Dims strides = KeptStrides(layout, in.spec->strides);
  ReadSlices<T> slices{call.outputs[0].as<T>(), in.as<const T>()};
  GRADD_ASSIGN_OR_RETURN(slices.in_outer, Part(layout.kept, strides, 0, layout.before));
  GRADD_ASSIGN_OR_RETURN(slices.in_inner,
                         Part(layout.kept, strides, layout.before, layout.kept.size()));
  slices.distances = distances;
  slices.count = ElementCount(layout.entries);
  slices.inner = ElementCount(DimsView(layout.kept).subspan(layout.before));
  slices.error = call.index_error;
  const int64_t elements = call.outputs[0].spec->element_count();
  if (elements == 0) return absl::OkStatus();
  ForEach(call.stream, elements / slices.inner, slices,
          std::max<int64_t>(kForEachGrain / slices.inner, 1));
  return absl::OkStatus();
}

// Pairs (o, k) are shared among threads in runs along k, which lie side by side in memory.
template <class Slices>
void ForEachPair(Stream& stream, int64_t outer, const Slices& slices) {
  Launch(stream, [outer, slices] {
    const int64_t grain = std::max<int64_t>(kForEachGrain / slices.count, 16);
    ParallelFor(outer * slices.inner, grain, [&slices](int64_t begin, int64_t end) {
      while (begin < end) {
        const int64_t o = begin / slices.inner, k = begin % slices.inner;
        const int64_t length = std::min(end - begin, slices.inner - k);
        slices.Run(o, k, k + length);
        begin += length;
      }
    });
  });
}

template <class T, bool kAdds>
absl::Status Write(const KernelCall& call, const KernelArgument& source,
                   const ops::IndexLayout& layout, const int64_t* distances) {
  const DimsView shape = layout.shape;
  const size_t before = layout.before, behind = before + layout.entries.size();
  const Dims strides = BroadcastStrides(*source.spec, shape);
  const Dims kept = KeptStrides(layout, call.outputs[0].spec->strides);
  WriteSlices<T, kAdds> slices = {};
  slices.out = call.outputs[0].as<T>();
  slices.source = source.as<const T>();
  GRADD_ASSIGN_OR_RETURN(slices.out_outer, Part(layout.kept, kept, 0, before));
  GRADD_ASSIGN_OR_RETURN(slices.out_inner, Part(layout.kept, kept, before, kept.size()));
  GRADD_ASSIGN_OR_RETURN(slices.source_outer, Part(shape, strides, 0, before));
  GRADD_ASSIGN_OR_RETURN(slices.source_count, Part(shape, strides, before, behind));
  GRADD_ASSIGN_OR_RETURN(slices.source_inner, Part(shape, strides, behind, shape.size()));
  slices.distances = distances;
  slices.count = ElementCount(layout.entries);
  slices.inner = ElementCount(shape.subspan(behind));
  slices.error = call.index_error;
  if (slices.count > 0) ForEachPair(call.stream, ElementCount(shape.first(before)), slices);
  return absl::OkStatus();
}

// What adds as elements of type T do: integers wrap, so they add as unsigned ones.
template <class T>
using AddType = std::conditional_t<kIsHalf<T>, T, ComputeType<T>>;

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
  // It costs nothing to check all, but what is not looked at was not checked.
  if (count > 0) (void)call.index_check->IsKnown(index, reading.good());
  const auto resolve = [&](auto* indices) {
    using I = std::remove_pointer_t<decltype(indices)>;
    ForEachInOrder(call.stream, count,
                   ResolveIndices<I>{indices, layout, reading.size, reading.wraps, reading.step,
                                     distances, sum != nullptr, call.index_error});
  };
  if (index.spec->dtype == DType::kInt32) {
    resolve(index.as<const int32_t>());
  } else {
    resolve(index.as<const int64_t>());
  }
  return distances;
}

absl::StatusOr<KernelArgument> AsDType(const KernelCall& call, const KernelArgument& argument) {
  const TensorSpec& output = *call.outputs[0].spec;
  if (argument.spec->dtype == output.dtype) return argument;
  static const auto* const kNumbers = [] {
    auto* specs = new std::vector<TensorSpec>(kDTypeCount);
    for (int i = 0; i < kDTypeCount; ++i) (*specs)[i].dtype = static_cast<DType>(i);
    return specs;
  }();
  KernelArgument number;
  number.spec = &(*kNumbers)[static_cast<size_t>(output.dtype)];
  GRADD_ASSIGN_OR_RETURN(number.data, call.workspace.Allocate(ItemSize(output.dtype)));
  Copy(call.stream, *number.spec, number.data, *argument.spec, argument.data);
  return number;
}

absl::Status ReadIndexed(const KernelCall& call, const KernelArgument& in,
                         const ops::IndexLayout& layout, absl::Span<const KernelArgument> indices,
                         bool wraps) {
  GRADD_ASSIGN_OR_RETURN(const int64_t* const distances,
                         AllDistances(call, *in.spec, layout, indices, wraps));
  return VisitDType(in.spec->dtype,
                    [&](auto zero) { return Read<decltype(zero)>(call, in, layout, distances); });
}

absl::Status WriteIndexed(const KernelCall& call, const KernelArgument& in,
                          const KernelArgument& source, const ops::IndexLayout& layout,
                          absl::Span<const KernelArgument> indices, bool wraps, bool adds) {
  const KernelArgument& out = call.outputs[0];
  GRADD_ASSIGN_OR_RETURN(const int64_t* const distances,
                         AllDistances(call, *out.spec, layout, indices, wraps));
  Copy(call.stream, *out.spec, out.data, *in.spec, in.data);
  if (ElementCount(layout.shape) == 0) return absl::OkStatus();
  return VisitDType(out.spec->dtype, [&](auto zero) {
    using T = decltype(zero);
    return adds ? Write<AddType<T>, true>(call, source, layout, distances)
                : Write<T, false>(call, source, layout, distances);
  });
}

}  // namespace gradd::cpu
