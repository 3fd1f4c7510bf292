#include "core/base/status.h"
#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/cuda/order.h"
#include "core/kernels/cuda/radix_sort.h"
#include "core/kernels/functors/convert.h"
#include "core/kernels/strided_parts.h"
#include "core/ops/index/element_index.h"

namespace gradd::cuda {
namespace {

template <class T>
inline constexpr int kKeyBits = std::is_same_v<T, bool> ? 1 : 8 * sizeof(T);

// The lowest kKeyBits<T> bits are numbers in the order of the elements.
template <class T>
__device__ uint64_t KeyOf(T x) {
  constexpr int kBits = kKeyBits<T>;
  constexpr uint64_t kAll = ~uint64_t{0} >> (64 - kBits), kSign = uint64_t{1} << (kBits - 1);
  if constexpr (std::is_same_v<T, bool>) {
    return x ? 1 : 0;
  } else if constexpr (std::is_integral_v<T>) {
    return (static_cast<uint64_t>(x) & kAll) ^ kSign;
  } else {
    if (x != x) return kAll;
    if (x == T(0)) return kSign;  // of both signs
    uint64_t bits = 0;
    memcpy(&bits, &x, sizeof x);
    return (bits & kSign) != 0 ? ~bits & kAll : bits | kSign;
  }
}

// Lines one after the other; their elements' places count through all of them. Over the places.
template <class T>
struct MakeKeys {
  const T* in;
  StridedIndex lines;
  int64_t stride, length;
  bool descending;
  bool has_lines;  // keys say the line too, above the element
  uint64_t* keys;
  int64_t* places;

  __device__ void operator()(int64_t place) const {
    const int64_t line = place / length;
    constexpr uint64_t kAll = ~uint64_t{0} >> (64 - kKeyBits<T>);
    uint64_t key = KeyOf(in[lines.Offset(line) + place % length * stride]);
    if (descending) key ^= kAll;
    if constexpr (kKeyBits<T> < 64) {
      if (has_lines) key |= static_cast<uint64_t>(line) << kKeyBits<T>;
    }
    keys[place] = key;
    places[place] = place;
  }
};

// Of the places as they are now.
struct MakeLineKeys {
  const int64_t* places;
  int64_t length;
  uint64_t* keys;

  __device__ void operator()(int64_t i) const {
    keys[i] = static_cast<uint64_t>(places[i] / length);
  }
};

// Over the outputs, `count` of each line.
template <class T>
struct TakeFirst {
  const T* in;
  StridedIndex in_lines;
  int64_t in_stride;
  T* values;
  int64_t* indices;
  StridedIndex out_lines;
  int64_t out_stride, length, count;
  const int64_t* places;

  __device__ void operator()(int64_t flat) const {
    const int64_t line = flat / count, k = flat % count;
    const int64_t index = places[line * length + k] - line * length;
    const int64_t to = out_lines.Offset(line) + k * out_stride;
    values[to] = in[in_lines.Offset(line) + index * in_stride];
    indices[to] = index;
  }
};

int BitsFor(int64_t count) {
  int bits = 0;
  while ((int64_t{1} << bits) < count) ++bits;
  return bits;
}

}  // namespace

absl::Status OrderLines(const KernelCall& call, int64_t dim, int64_t count, bool descending) {
  const ops::ElementIndex from = ops::LineUp(*call.inputs[0].spec, dim);
  const ops::ElementIndex to = ops::LineUp(*call.outputs[0].spec, dim);
  if (to.spec.element_count() == 0) return absl::OkStatus();
  const Dims shape = WithoutDim(from.spec.shape, from.dim);
  GRADD_ASSIGN_OR_RETURN(const StridedIndex in_lines,
                         Part(shape, WithoutDim(from.spec.strides, from.dim), 0, shape.size()));
  GRADD_ASSIGN_OR_RETURN(const StridedIndex out_lines,
                         Part(shape, WithoutDim(to.spec.strides, from.dim), 0, shape.size()));
  const int64_t elements = from.spec.element_count(), lines = elements / from.size;
  GRADD_ASSIGN_OR_RETURN(PairSorter sorter, PairSorter::Make(call, elements));
  VisitDType(from.spec.dtype, [&](auto zero) {
    using T = decltype(zero);
    const T* const in = call.inputs[0].as<const T>();
    const int line_bits = BitsFor(lines);
    const bool has_lines = kKeyBits<T> + line_bits <= 64;
    ForEach(call.stream, elements,
            MakeKeys<T>{in, in_lines, from.stride, from.size, descending, has_lines, sorter.keys(),
                        sorter.places()});
    sorter.Sort(kKeyBits<T> + (has_lines ? line_bits : 0));
    if (!has_lines) {  // and then by line, which keeps the order within each
      ForEach(call.stream, elements, MakeLineKeys{sorter.places(), from.size, sorter.keys()});
      sorter.Sort(line_bits);
    }
    ForEach(call.stream, lines * count,
            TakeFirst<T>{in, in_lines, from.stride, call.outputs[0].as<T>(),
                         call.outputs[1].as<int64_t>(), out_lines, to.stride, from.size, count,
                         sorter.places()});
  });
  return absl::OkStatus();
}

}  // namespace gradd::cuda
