#include "core/kernels/cpu/elements.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "core/kernels/cpu/simd/functions.h"
#include "core/kernels/functors/convert.h"

namespace gradd::cpu {
namespace {

const HalfLoops& Halves() {
  static const HalfLoops kLoops = Simd().halves();
  return kLoops;
}

// Many 16-bit elements at a time; false where that is not to be had.
template <class From, class To>
bool ConvertRow(const From* from, int64_t count, To* to) {
  const HalfLoops& loops = Halves();
  if (loops.float16_to_float == nullptr) return false;
  if constexpr (std::is_same_v<To, float> && kIsHalf<From>) {
    const auto* const bits = reinterpret_cast<const uint16_t*>(from);
    (std::is_same_v<From, Half> ? loops.float16_to_float : loops.bfloat16_to_float)(bits, to,
                                                                                    count);
    return true;
  } else if constexpr (std::is_same_v<From, float> && kIsHalf<To>) {
    auto* const bits = reinterpret_cast<uint16_t*>(to);
    (std::is_same_v<To, Half> ? loops.float_to_float16 : loops.float_to_bfloat16)(from, bits,
                                                                                  count);
    return true;
  }
  return false;
}

template <class From, class To>
void Load(const From* from, int64_t stride, int64_t count, To* to) {
  if (stride == 0) {
    std::fill_n(to, count, Convert<To>(*from));
  } else if (stride == 1) {
    if (ConvertRow(from, count, to)) return;
    for (int64_t i = 0; i < count; ++i) to[i] = Convert<To>(from[i]);
  } else {
    for (int64_t i = 0; i < count; ++i) to[i] = Convert<To>(from[i * stride]);
  }
}

template <class From, class To>
void Store(const From* from, To* to, int64_t stride, int64_t count) {
  if (stride == 1) {
    if (ConvertRow(from, count, to)) return;
    for (int64_t i = 0; i < count; ++i) to[i] = Convert<To>(from[i]);
  } else {
    for (int64_t i = 0; i < count; ++i) to[i * stride] = Convert<To>(from[i]);
  }
}

template <class From>
void StoreAs(DType dtype, const From* from, void* to, int64_t stride, int64_t count) {
  VisitDType(dtype,
             [&](auto zero) { Store(from, static_cast<decltype(zero)*>(to), stride, count); });
}

}  // namespace

Compute ComputeFor(DType dtype) {
  if (dtype == DType::kFloat64) return Compute::kDouble;
  return IsFloating(dtype) ? Compute::kFloat : Compute::kInteger;
}

bool IsComputedAsStored(DType dtype) {
  return dtype == DType::kFloat32 || dtype == DType::kFloat64 || dtype == DType::kInt64;
}

void LoadElements(DType dtype, const void* from, int64_t stride, int64_t count, void* to) {
  const Compute compute = ComputeFor(dtype);
  VisitDType(dtype, [&](auto zero) {
    const auto* const elements = static_cast<const decltype(zero)*>(from);
    if (compute == Compute::kFloat) {
      Load(elements, stride, count, static_cast<float*>(to));
    } else if (compute == Compute::kDouble) {
      Load(elements, stride, count, static_cast<double*>(to));
    } else {
      Load(elements, stride, count, static_cast<int64_t*>(to));
    }
  });
}

void StoreElements(Compute compute, const void* from, DType dtype, void* to, int64_t stride,
                   int64_t count) {
  if (compute == Compute::kFloat) {
    StoreAs(dtype, static_cast<const float*>(from), to, stride, count);
  } else if (compute == Compute::kDouble) {
    StoreAs(dtype, static_cast<const double*>(from), to, stride, count);
  } else {
    StoreAs(dtype, static_cast<const int64_t*>(from), to, stride, count);
  }
}

}  // namespace gradd::cpu
