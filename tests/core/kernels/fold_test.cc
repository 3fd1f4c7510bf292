// The folds of every instruction set that this processor has, against a loop, and against each
// other.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/kernels/cpu/simd/functions.h"

namespace gradd::cpu {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Set {
  Isa isa;
  FoldTable folds;
};

std::vector<Set> Available() {
  std::vector<Set> sets = {{Isa::kBaseline, baseline::kSimdFunctions.folds()}};
#if defined(__x86_64__)
  if (WidestIsa() >= Isa::kAvx2) sets.push_back({Isa::kAvx2, avx2::kSimdFunctions.folds()});
  if (WidestIsa() >= Isa::kAvx512) sets.push_back({Isa::kAvx512, avx512::kSimdFunctions.folds()});
#endif
  return sets;
}

const FoldLoops& LoopsOf(const FoldTable& table, int kind, float) { return table.f32[kind]; }
const FoldLoops& LoopsOf(const FoldTable& table, int kind, double) { return table.f64[kind]; }

constexpr double kCenter = 0.75, kParameter = 2.5;

double Joined(FoldKind kind, double a, double x) {
  switch (kind) {
    case FoldKind::kSum:
      return a + x;
    case FoldKind::kProduct:
      return a * x;
    case FoldKind::kLargest:
      return std::isnan(a) || std::isnan(x) ? NAN : std::max(a, x);
    case FoldKind::kSmallest:
      return std::isnan(a) || std::isnan(x) ? NAN : std::min(a, x);
    case FoldKind::kNotZero:
      return a + (x != 0 ? 1 : 0);
    case FoldKind::kSquaresAround:
      return a + (x - kCenter) * (x - kCenter);
    case FoldKind::kExpAround:
      return a + std::exp(x - kCenter);
    case FoldKind::kSquares:
      return a + x * x;
    case FoldKind::kMagnitudes:
      return a + std::abs(x);
    case FoldKind::kPowers:
      return a + std::pow(std::abs(x), kParameter);
    case FoldKind::kLargestMagnitude:
      return Joined(FoldKind::kLargest, a, std::abs(x));
    case FoldKind::kSmallestMagnitude:
      return Joined(FoldKind::kSmallest, a, std::abs(x));
  }
  return 0;
}

double Start(FoldKind kind) {
  switch (kind) {
    case FoldKind::kProduct:
      return 1;
    case FoldKind::kLargest:
    case FoldKind::kLargestMagnitude:
      return -kInfinity;
    case FoldKind::kSmallest:
    case FoldKind::kSmallestMagnitude:
      return kInfinity;
    default:
      return 0;
  }
}

template <class T>
std::vector<T> Values(int64_t count) {
  std::vector<T> values;
  for (int64_t i = 0; i < count; ++i) {
    values.push_back(i % 7 == 3 ? T(0)
                                : static_cast<T>(std::sin(0.37 * static_cast<double>(i)) + 1.1));
  }
  return values;
}

void ExpectClose(double actual, double expected) {
  if (actual == expected) return;
  EXPECT_NEAR(actual, expected, 1e-13 * std::max(1.0, std::abs(expected)));
}

// Transcendental functions differ in their last digits from one instruction set to another.
bool IsExact(FoldKind kind) { return kind != FoldKind::kExpAround && kind != FoldKind::kPowers; }

template <class T>
class FoldTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(FoldTest, Types);

TYPED_TEST(FoldTest, RowsEqualALoopAndTheOtherInstructionSets) {
  for (int k = 0; k < kFoldKinds; ++k) {
    const auto kind = static_cast<FoldKind>(k);
    for (const int64_t count : {0, 1, 3, 31, 32, 33, 100, 515}) {
      SCOPED_TRACE(std::to_string(k) + ", " + std::to_string(count));
      const std::vector<TypeParam> x = Values<TypeParam>(count);
      double expected = Start(kind);
      for (const TypeParam value : x) expected = Joined(kind, expected, value);
      double first = 0;
      for (const Set& set : Available()) {
        const FoldLoops& loops = LoopsOf(set.folds, k, TypeParam());
        double actual;
        loops.start(&actual, 1);
        loops.row(kParameter, kCenter, x.data(), count, &actual);
        ExpectClose(actual, expected);
        if (set.isa == Isa::kBaseline) first = actual;
        if (IsExact(kind)) {
          EXPECT_EQ(actual, first);
        }
      }
    }
  }
}

TYPED_TEST(FoldTest, ColumnsEqualALoop) {
  for (int k = 0; k < kFoldKinds; ++k) {
    const auto kind = static_cast<FoldKind>(k);
    for (const int64_t rows : {1, 4, 6}) {
      for (const int64_t columns : {1, 7, 8, 35}) {
        SCOPED_TRACE(std::to_string(k) + ", " + std::to_string(rows) + "x" +
                     std::to_string(columns));
        const int64_t stride = columns + 3;
        const std::vector<TypeParam> x = Values<TypeParam>(rows * stride);
        const std::vector<double> centers(columns, kCenter);
        for (const Set& set : Available()) {
          const FoldLoops& loops = LoopsOf(set.folds, k, TypeParam());
          std::vector<double> actual(columns);
          loops.start(actual.data(), columns);
          loops.columns(kParameter, centers.data(), x.data(), stride, rows, columns, actual.data());
          for (int64_t i = 0; i < columns; ++i) {
            double expected = Start(kind);
            for (int64_t r = 0; r < rows; ++r) {
              expected = Joined(kind, expected, x[r * stride + i]);
            }
            ExpectClose(actual[i], expected);
          }
        }
      }
    }
  }
}

TYPED_TEST(FoldTest, NanStaysWhereverItIs) {
  for (const FoldKind kind : {FoldKind::kLargest, FoldKind::kSmallest, FoldKind::kSum}) {
    for (const int64_t place : {0, 20, 39}) {
      std::vector<TypeParam> x = Values<TypeParam>(40);
      x[place] = std::numeric_limits<TypeParam>::quiet_NaN();
      for (const Set& set : Available()) {
        const FoldLoops& loops = LoopsOf(set.folds, static_cast<int>(kind), TypeParam());
        double actual;
        loops.start(&actual, 1);
        loops.row(0, 0, x.data(), 40, &actual);
        EXPECT_TRUE(std::isnan(actual)) << place;
      }
    }
  }
}

TEST(IntegerFoldTest, SumsAndProductsWrap) {
  const std::vector<int64_t> x = {INT64_MAX, 3, -5, 7};
  for (const Set& set : Available()) {
    for (const FoldKind kind : {FoldKind::kSum, FoldKind::kProduct}) {
      const FoldLoops& loops = set.folds.i64[static_cast<int>(kind)];
      int64_t actual;
      loops.start(&actual, 1);
      loops.row(0, 0, x.data(), 4, &actual);
      const uint64_t most = INT64_MAX;
      const uint64_t expected =
          kind == FoldKind::kSum ? most + 5 : most * static_cast<uint64_t>(3 * -5 * 7);
      EXPECT_EQ(actual, static_cast<int64_t>(expected));
    }
  }
}

}  // namespace
}  // namespace gradd::cpu
