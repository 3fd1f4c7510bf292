#include "core/kernels/cuda/copy.h"
#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/cuda/pack.cuh"
#include "core/kernels/cuda/strided_layouts.h"
#include "core/kernels/functors/convert.h"

namespace gradd::cuda {
namespace {

// Elements at strided places, over the flat row-major index.
template <class To, class From>
struct CopyStrided {
  StridedLayout<2> layout;
  To* to;
  const From* from;

  __device__ void operator()(int64_t flat) const {
    int64_t offsets[2];
    layout.Offsets(flat, offsets);
    to[offsets[0]] = Convert<To>(from[offsets[1]]);
  }
};

// Contiguous elements, kItems at once.
template <class To, class From>
struct ConvertPacks {
  static constexpr int kItems = 16 / (sizeof(To) > sizeof(From) ? sizeof(To) : sizeof(From));
  int64_t count;
  To* to;
  const From* from;

  __device__ void operator()(int64_t pack) const {
    const int64_t at = pack * kItems;
    if (at + kItems <= count) {
      const auto in = *reinterpret_cast<const Pack<From, kItems>*>(from + at);
      Pack<To, kItems> out;
#pragma unroll
      for (int i = 0; i < kItems; ++i) out.item[i] = Convert<To>(in.item[i]);
      *reinterpret_cast<Pack<To, kItems>*>(to + at) = out;
    } else {
      for (int64_t i = at; i < count; ++i) to[i] = Convert<To>(from[i]);
    }
  }
};

// Whether both operands are contiguous.
bool IsRow(const StridedLoop<2>& loop) {
  return loop.rank() == 1 && loop.strides[0][0] == 1 && loop.strides[1][0] == 1;
}

template <class To, class From>
absl::Status CopyAs(Stream& stream, const StridedLoop<2>& loop, void* to, const void* from) {
  using Packs = ConvertPacks<To, From>;
  To* const t = static_cast<To*>(to);
  const From* const f = static_cast<const From*>(from);
  if (IsRow(loop) && IsAligned<To, Packs::kItems>(to) && IsAligned<From, Packs::kItems>(from)) {
    ForEach(stream, (loop.count - 1) / Packs::kItems + 1, Packs{loop.count, t, f});
    return absl::OkStatus();
  }
  GRADD_ASSIGN_OR_RETURN(const StridedLayout<2> layout, MakeLayout<2>(loop));
  ForEach(stream, loop.count, CopyStrided<To, From>{layout, t, f});
  return absl::OkStatus();
}

// Elements of one dtype, as bits.
absl::Status CopyBits(Stream& stream, const StridedLoop<2>& loop, size_t item_size, void* to,
                      const void* from) {
  if (IsRow(loop)) {
    CudaStream& cuda = AsCuda(stream);
    cuda.Note(
        cudaMemcpyAsync(to, from, loop.count * item_size, cudaMemcpyDeviceToDevice, cuda.Use()),
        "copying on the device");
    return absl::OkStatus();
  }
  switch (item_size) {
    case 1:
      return CopyAs<uint8_t, uint8_t>(stream, loop, to, from);
    case 2:
      return CopyAs<uint16_t, uint16_t>(stream, loop, to, from);
    case 4:
      return CopyAs<uint32_t, uint32_t>(stream, loop, to, from);
    default:
      return CopyAs<uint64_t, uint64_t>(stream, loop, to, from);
  }
}

}  // namespace

absl::Status Copy(Stream& stream, const TensorSpec& to_spec, void* to, const TensorSpec& from_spec,
                  const void* from) {
  const auto loop = MakeStridedLoop<2>(to_spec.shape, {&to_spec, &from_spec});
  if (loop.count == 0) return absl::OkStatus();
  if (to_spec.dtype == from_spec.dtype) {
    return CopyBits(stream, loop, ItemSize(to_spec.dtype), to, from);
  }
  return VisitDType(to_spec.dtype, [&](auto to_zero) {
    return VisitDType(from_spec.dtype, [&](auto from_zero) -> absl::Status {
      using To = decltype(to_zero);
      using From = decltype(from_zero);
      if constexpr (!std::is_same_v<To, From>) return CopyAs<To, From>(stream, loop, to, from);
      return absl::OkStatus();  // one dtype: above
    });
  });
}

}  // namespace gradd::cuda
