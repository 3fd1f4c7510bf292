#include "core/spec/tensor_spec.h"

#include <gtest/gtest.h>

namespace gradd {
namespace {

TEST(TensorSpecTest, ContiguousHasRowMajorStrides) {
  const TensorSpec spec = TensorSpec::Contiguous(DType::kFloat64, {2, 3}, {});
  EXPECT_EQ(spec.strides, (Dims{3, 1}));
  EXPECT_EQ(spec.rank(), 2);
  EXPECT_EQ(spec.element_count(), 6);
  EXPECT_EQ(spec.byte_count(), 48);
  EXPECT_TRUE(spec.IsContiguous());
  EXPECT_EQ(ToString(spec), "float64[2, 3]");
}

TEST(TensorSpecTest, StorageExtentIsOnePastTheLastElement) {
  TensorSpec spec = TensorSpec::Contiguous(DType::kBool, {2, 3}, {});
  EXPECT_EQ(StorageExtent(spec), 6);
  spec.offset = 4;
  spec.strides = {1, 10};
  EXPECT_EQ(StorageExtent(spec), 4 + 1 + 20 + 1);
  spec.shape[0] = 0;
  EXPECT_EQ(StorageExtent(spec), 0);
  EXPECT_EQ(StorageExtent(TensorSpec::Contiguous(DType::kBool, {}, {})), 1);
}

}  // namespace
}  // namespace gradd
