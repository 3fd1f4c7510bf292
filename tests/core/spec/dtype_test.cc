#include "core/spec/dtype.h"

#include <gtest/gtest.h>

namespace gradd {
namespace {

TEST(DTypeTest, NamesAndSizes) {
  EXPECT_EQ(Name(DType::kBool), "bool");
  EXPECT_EQ(Name(DType::kInt64), "int64");
  EXPECT_EQ(ScalarTypeName(DType::kBool), "Bool");
  EXPECT_EQ(ScalarTypeName(DType::kInt64), "Long");
  EXPECT_EQ(TensorTypeName(DType::kFloat32), "torch.FloatTensor");
  EXPECT_EQ(TensorTypeName(DType::kFloat64), "torch.DoubleTensor");
  for (int i = 0; i < kDTypeCount; ++i) {
    const DType dtype = static_cast<DType>(i);
    EXPECT_EQ(DTypeFromName(Name(dtype)), dtype);
    VisitDType(dtype, [&](auto zero) {
      EXPECT_EQ(sizeof zero, ItemSize(dtype));
      EXPECT_EQ(kDTypeOf<decltype(zero)>, dtype);
    });
  }
  EXPECT_FALSE(DTypeFromName("float16").has_value());
}

}  // namespace
}  // namespace gradd
