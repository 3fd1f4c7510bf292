#include "core/kernels/cpu/copy.h"

#include <cstring>

#include "core/kernels/functors/convert.h"
#include "core/kernels/strided_loop.h"

namespace gradd::cpu {
namespace {

template <class To, class From>
void CopyRows(const StridedLoop<2>& loop, To* to, const From* from) {
  ForEachRow<2>(loop, [&](const auto& offsets, const auto& strides, int64_t length) {
    To* const t = to + offsets[0];
    const From* const f = from + offsets[1];
    if (strides[0] == 1 && strides[1] == 1) {
      if constexpr (std::is_same_v<To, From>) {
        std::memcpy(t, f, length * sizeof(To));
      } else {
        for (int64_t i = 0; i < length; ++i) t[i] = Convert<To>(f[i]);
      }
      return;
    }
    for (int64_t i = 0; i < length; ++i) t[i * strides[0]] = Convert<To>(f[i * strides[1]]);
  });
}

void CopyLoop(const StridedLoop<2>& loop, DType to_dtype, void* to, DType from_dtype,
              const void* from) {
  VisitDType(to_dtype, [&](auto to_zero) {
    VisitDType(from_dtype, [&](auto from_zero) {
      CopyRows(loop, static_cast<decltype(to_zero)*>(to),
               static_cast<const decltype(from_zero)*>(from));
    });
  });
}

}  // namespace

void Copy(Stream& stream, const TensorSpec& to_spec, void* to, const TensorSpec& from_spec,
          const void* from) {
  Launch(stream, [loop = MakeStridedLoop<2>(to_spec.shape, {&to_spec, &from_spec}),
                  to_dtype = to_spec.dtype, from_dtype = from_spec.dtype, to,
                  from] { CopyLoop(loop, to_dtype, to, from_dtype, from); });
}

void CopyNow(const TensorSpec& to_spec, void* to, const TensorSpec& from_spec, const void* from) {
  CopyLoop(MakeStridedLoop<2>(to_spec.shape, {&to_spec, &from_spec}), to_spec.dtype, to,
           from_spec.dtype, from);
}

}  // namespace gradd::cpu
