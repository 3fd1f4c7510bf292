#include "proto/codec/dtype.h"

#include <array>
#include <utility>

#include "core/base/status.h"

namespace gradd::codec {
namespace {

constexpr std::array<std::pair<DType, v1::DType>, kDTypeCount> kNumbers = {{
    {DType::kBool, v1::DTYPE_BOOL},
    {DType::kInt32, v1::DTYPE_INT32},
    {DType::kInt64, v1::DTYPE_INT64},
    {DType::kFloat16, v1::DTYPE_FLOAT16},
    {DType::kBFloat16, v1::DTYPE_BFLOAT16},
    {DType::kFloat32, v1::DTYPE_FLOAT32},
    {DType::kFloat64, v1::DTYPE_FLOAT64},
}};

}  // namespace

v1::DType EncodeDType(DType dtype) {
  for (const auto& [ours, theirs] : kNumbers) {
    if (ours == dtype) return theirs;
  }
  return v1::DTYPE_UNSPECIFIED;
}

absl::StatusOr<DType> DecodeDType(v1::DType dtype) {
  for (const auto& [ours, theirs] : kNumbers) {
    if (theirs == dtype) return ours;
  }
  if (dtype == v1::DTYPE_UNSPECIFIED) {
    return InvalidArgument("DTYPE_UNSPECIFIED", "a dtype must be given");
  }
  return InvalidArgument("DTYPE_UNKNOWN", "unknown dtype ", static_cast<int>(dtype));
}

}  // namespace gradd::codec
