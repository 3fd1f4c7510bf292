#include "core/spec/dtype.h"

#include <cmath>
#include <limits>

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
  EXPECT_FALSE(DTypeFromName("float8").has_value());
}

// Every pattern of 16 bits survives the way through float, and rounding goes to the nearest, ties
// to even.
template <class H>
void ExpectRoundTrip() {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    H half;
    half.bits = static_cast<uint16_t>(bits);
    const float value = half;
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(static_cast<float>(H(value))));
      continue;
    }
    EXPECT_EQ(H(value).bits, half.bits) << value;
    H next = half;
    ++next.bits;
    const float above = next;
    if (std::isnan(above) || std::isinf(above) || (bits & 0x7FFF) == 0x7FFF) continue;
    const float middle = value + (above - value) / 2;
    EXPECT_EQ(H(middle).bits, (bits & 1) == 0 ? half.bits : next.bits) << value;
    EXPECT_EQ(H(std::nextafter(middle, value)).bits, half.bits) << value;
    EXPECT_EQ(H(std::nextafter(middle, above)).bits, next.bits) << value;
  }
}
TEST(DTypeTest, Float16RoundTrips) { ExpectRoundTrip<Half>(); }
TEST(DTypeTest, BFloat16RoundTrips) { ExpectRoundTrip<BFloat16>(); }

TEST(DTypeTest, SixteenBitsOverflowToInfinity) {
  EXPECT_EQ(static_cast<float>(Half(65504.0f)), 65504.0f);
  EXPECT_EQ(static_cast<float>(Half(65519.0f)), 65504.0f);
  EXPECT_EQ(static_cast<float>(Half(65520.0f)), std::numeric_limits<float>::infinity());
  EXPECT_EQ(static_cast<float>(Half(-1e30)), -std::numeric_limits<float>::infinity());
  EXPECT_EQ(static_cast<float>(BFloat16(3.4e38f)), std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(static_cast<float>(BFloat16(std::nanf("")))));
}

}  // namespace
}  // namespace gradd
