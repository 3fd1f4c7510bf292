#include "client/cli/expression/arithmetic.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "client/cli/expression/object.h"

namespace gradd::cli {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

// As Python prints it; "" for no number.
std::string Text(Scalar left, const std::string& symbol, Scalar right) {
  const std::optional<Scalar> result = Compute(symbol, left, right);
  return result ? Print(*result) : "";
}

TEST(Arithmetic, OfIntegersIsPythons) {
  EXPECT_EQ(Text(7, "+", 3), "10");
  EXPECT_EQ(Text(7, "/", 2), "3.5");
  EXPECT_EQ(Text(6, "/", 2), "3.0");
  EXPECT_EQ(Text(2, "**", 10), "1024");
  EXPECT_EQ(Text(2, "**", -1), "0.5");
  EXPECT_EQ(Text(-1, "**", 1'000'000'001), "-1");
  EXPECT_EQ(Text(0, "**", 0), "1");
  EXPECT_EQ(Text(true, "+", true), "2");
}

TEST(Arithmetic, RoundsQuotientsDown) {
  for (int a = -7; a <= 7; ++a) {
    for (int b = -3; b <= 3; ++b) {
      if (b == 0) continue;
      const double quotient = std::floor(static_cast<double>(a) / b);
      EXPECT_EQ(Compute("//", a, b)->To<int64_t>(), quotient) << a << " " << b;
      EXPECT_EQ(Compute("%", a, b)->To<int64_t>(), a - b * quotient) << a << " " << b;
      EXPECT_EQ(Compute("//", double(a), double(b))->To<double>(), quotient) << a << " " << b;
      EXPECT_EQ(Compute("%", double(a), double(b))->To<double>(), a - b * quotient) << a << b;
    }
  }
}

TEST(Arithmetic, HasNoNumberWhereNoneFits) {
  EXPECT_EQ(Text(kMax, "+", 1), "");
  EXPECT_EQ(Text(kMin, "-", 1), "");
  EXPECT_EQ(Text(kMax, "*", 2), "");
  EXPECT_EQ(Text(10, "**", 19), "");
  EXPECT_EQ(Text(kMin, "//", -1), "");
  for (const char* symbol : {"/", "//", "%"}) {
    EXPECT_EQ(Text(1, symbol, 0), "");
    EXPECT_EQ(Text(1.5, symbol, 0.0), "");
  }
}

TEST(Arithmetic, OfFloatsAndComparisons) {
  EXPECT_EQ(Text(0.1, "+", 0.2), "0.30000000000000004");
  EXPECT_EQ(Text(1, "-", 0.5), "0.5");
  EXPECT_EQ(Text(2.0, "**", 0.5), "1.4142135623730951");
  EXPECT_EQ(Text(1, "<", 2), "True");
  EXPECT_EQ(Text(1, "==", 1.0), "True");
  EXPECT_EQ(Text(kMax, ">=", kMax - 1), "True");
  EXPECT_EQ(Text(2, "!=", 2), "False");
}

TEST(Print, OfNumbersIsPythonsRepr) {
  EXPECT_EQ(Print(Scalar(1.0)), "1.0");
  EXPECT_EQ(Print(Scalar(-0.0)), "-0.0");
  EXPECT_EQ(Print(Scalar(1e-4)), "0.0001");
  EXPECT_EQ(Print(Scalar(1e-5)), "1e-05");
  EXPECT_EQ(Print(Scalar(1e15)), "1000000000000000.0");
  EXPECT_EQ(Print(Scalar(1e16)), "1e+16");
  EXPECT_EQ(Print(Scalar(1.5e300)), "1.5e+300");
  EXPECT_EQ(Print(Scalar(HUGE_VAL)), "inf");
  EXPECT_EQ(Print(Scalar(kMin)), "-9223372036854775808");
  EXPECT_EQ(Print(Scalar(true)), "True");
  EXPECT_EQ(Print(Dims({2, 3})), "torch.Size([2, 3])");
  EXPECT_EQ(Print(MakeList({Scalar(1), None{}})), "(1, None)");
}

}  // namespace
}  // namespace gradd::cli
