#include "core/spec/scalar.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace gradd {
namespace {

TEST(ScalarTest, KeepsItsCategory) {
  EXPECT_EQ(Scalar(true).dtype(), DType::kBool);
  EXPECT_EQ(Scalar(2).dtype(), DType::kInt64);
  EXPECT_EQ(Scalar(2.0).dtype(), DType::kFloat64);
  EXPECT_FALSE(Scalar(1) == Scalar(1.0));
  EXPECT_FALSE(Scalar(1) == Scalar(true));
  EXPECT_TRUE(Scalar(1) == Scalar(int64_t{1}));
}

TEST(ScalarTest, PrintsAsPythonDoes) {
  EXPECT_EQ(Scalar(true).ToString(), "True");
  EXPECT_EQ(Scalar(-3).ToString(), "-3");
  EXPECT_EQ(Scalar(2.5).ToString(), "2.5");
}

TEST(ScalarTest, ConvertsWithoutUndefinedBehaviour) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(Scalar(2.9).To<int64_t>(), 2);
  EXPECT_EQ(Scalar(-2.9).To<int64_t>(), -2);
  EXPECT_EQ(Scalar(-9223372036854775808.0).To<int64_t>(), std::numeric_limits<int64_t>::min());
  for (const double outside :
       {9223372036854775808.0, -9.3e18, kInfinity, -kInfinity, std::nan("")}) {
    EXPECT_EQ(Scalar(outside).To<int64_t>(), INT64_MIN) << outside;
  }
  EXPECT_TRUE(Scalar(0.5).To<bool>());
  EXPECT_TRUE(Scalar(std::nan("")).To<bool>());
  EXPECT_FALSE(Scalar(0).To<bool>());
  EXPECT_EQ(Scalar(true).To<float>(), 1.0f);
}

}  // namespace
}  // namespace gradd
