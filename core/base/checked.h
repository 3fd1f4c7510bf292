// Arithmetic on sizes that says when it overflows. Every size that comes from a request goes
// through these before it is used.
#pragma once

#include <cstdint>
#include <optional>

namespace gradd {

inline std::optional<int64_t> CheckedAdd(int64_t a, int64_t b) {
  int64_t result;
  if (__builtin_add_overflow(a, b, &result)) return std::nullopt;
  return result;
}

inline std::optional<int64_t> CheckedMultiply(int64_t a, int64_t b) {
  int64_t result;
  if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
  return result;
}

}  // namespace gradd
