#include "core/spec/dtype.h"

#include <array>

namespace gradd {
namespace {

struct DTypeInfo {
  absl::string_view name;
  absl::string_view scalar_type;
  absl::string_view tensor_type;
};

// In the order of the enum.
constexpr std::array<DTypeInfo, kDTypeCount> kInfo = {{
    {"bool", "Bool", "torch.BoolTensor"},
    {"int32", "Int", "torch.IntTensor"},
    {"int64", "Long", "torch.LongTensor"},
    {"float16", "Half", "torch.HalfTensor"},
    {"bfloat16", "BFloat16", "torch.BFloat16Tensor"},
    {"float32", "Float", "torch.FloatTensor"},
    {"float64", "Double", "torch.DoubleTensor"},
}};

const DTypeInfo& Info(DType dtype) { return kInfo[static_cast<size_t>(dtype)]; }

}  // namespace

absl::string_view Name(DType dtype) { return Info(dtype).name; }
absl::string_view ScalarTypeName(DType dtype) { return Info(dtype).scalar_type; }
absl::string_view TensorTypeName(DType dtype) { return Info(dtype).tensor_type; }

std::optional<DType> DTypeFromName(absl::string_view name) {
  for (int i = 0; i < kDTypeCount; ++i) {
    if (kInfo[i].name == name) return static_cast<DType>(i);
  }
  return std::nullopt;
}

}  // namespace gradd
