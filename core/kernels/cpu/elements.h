// Elements of any dtype and stride, a block at a time, as the types that are computed with.
#pragma once

#include <cstdint>

#include "core/spec/dtype.h"

namespace gradd::cpu {

// Elements of a block: small enough that a few blocks stay in the first-level cache.
inline constexpr int64_t kBlock = 512;

// What pointwise loops compute with.
enum class Compute : uint8_t { kFloat, kDouble, kInteger };
Compute ComputeFor(DType dtype);
// True when elements of `dtype` need no conversion.
bool IsComputedAsStored(DType dtype);
// Bytes of a number as it is computed with.
inline int64_t ComputeSize(Compute compute) { return compute == Compute::kFloat ? 4 : 8; }

// to[i] = from[i * stride] for `count` elements.
void LoadElements(DType dtype, const void* from, int64_t stride, int64_t count, void* to);
// to[i * stride] = from[i], converted as a result of `dtype`.
void StoreElements(Compute compute, const void* from, DType dtype, void* to, int64_t stride,
                   int64_t count);

}  // namespace gradd::cpu
