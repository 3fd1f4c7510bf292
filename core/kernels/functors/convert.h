// Conversion between dtypes, the same on every device.
#pragma once

#include <cstdint>
#include <type_traits>

#include "core/ops/scalar.h"
#include "core/spec/half.h"

namespace gradd {

// As a C++ cast, but a floating value outside int64's range, or NaN, becomes the smallest int64,
// which is what x86 and PyTorch on it give, instead of undefined behaviour. A narrower integer gets
// the lower half of that. Doubles reach the 16-bit types through float.
template <class To, class From>
GRADD_HD inline To Convert(From value) {
  if constexpr (std::is_same_v<To, From>) {
    return value;
  } else if constexpr (kIsHalf<From>) {
    return Convert<To>(static_cast<float>(value));
  } else if constexpr (std::is_same_v<To, bool>) {
    return value != From(0);
  } else if constexpr (std::is_integral_v<To> && std::is_floating_point_v<From>) {
    const double wide = static_cast<double>(value);
    if (!(wide >= -9223372036854775808.0 && wide < 9223372036854775808.0)) {
      return static_cast<To>(INT64_MIN);
    }
    return static_cast<To>(static_cast<int64_t>(value));
  } else {
    return static_cast<To>(value);
  }
}

}  // namespace gradd
