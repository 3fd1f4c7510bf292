// Element types, their names and how they combine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

#include "core/spec/half.h"

namespace gradd {

// Ordered by category and, within one, by width. The numeric values are private to one process; the
// wire has an enum of its own.
enum class DType : uint8_t { kBool, kInt32, kInt64, kFloat16, kBFloat16, kFloat32, kFloat64 };
inline constexpr int kDTypeCount = 7;

// Bytes of an element.
inline size_t ItemSize(DType dtype) {
  constexpr uint8_t kSizes[kDTypeCount] = {1, 4, 8, 2, 2, 4, 8};
  return kSizes[static_cast<size_t>(dtype)];
}
// "float32", as PyTorch prints it without the "torch." prefix.
absl::string_view Name(DType dtype);
std::optional<DType> DTypeFromName(absl::string_view name);
// "Float", the form that PyTorch's casting errors use.
absl::string_view ScalarTypeName(DType dtype);
// "torch.FloatTensor", the form that PyTorch's in-place error uses.
absl::string_view TensorTypeName(DType dtype);

inline bool IsFloating(DType dtype) { return dtype >= DType::kFloat16; }
inline bool IsIntegral(DType dtype) { return dtype == DType::kInt32 || dtype == DType::kInt64; }

inline constexpr DType kDefaultFloat = DType::kFloat32;

template <class T>
inline constexpr DType kDTypeOf = DType::kFloat32;
template <>
inline constexpr DType kDTypeOf<bool> = DType::kBool;
template <>
inline constexpr DType kDTypeOf<int32_t> = DType::kInt32;
template <>
inline constexpr DType kDTypeOf<int64_t> = DType::kInt64;
template <>
inline constexpr DType kDTypeOf<Half> = DType::kFloat16;
template <>
inline constexpr DType kDTypeOf<BFloat16> = DType::kBFloat16;
template <>
inline constexpr DType kDTypeOf<double> = DType::kFloat64;

// Calls `f(T{})` with the C++ type of `dtype`'s elements.
template <class F>
decltype(auto) VisitDType(DType dtype, F&& f) {
  switch (dtype) {
    case DType::kBool:
      return f(bool{});
    case DType::kInt32:
      return f(int32_t{});
    case DType::kInt64:
      return f(int64_t{});
    case DType::kFloat16:
      return f(Half{});
    case DType::kBFloat16:
      return f(BFloat16{});
    case DType::kFloat64:
      return f(double{});
    case DType::kFloat32:
      break;
  }
  return f(float{});
}

}  // namespace gradd
