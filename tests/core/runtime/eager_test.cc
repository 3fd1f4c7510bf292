#include "core/runtime/eager.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/kernels/functors/random.h"
#include "tests/support/engine.h"

namespace gradd {
namespace {

using ::testing::ElementsAre;
using testing::Engine;
using ::testing::HasSubstr;
using testing::Must;

// On every host device; the asynchronous one finds what a synchronous one hides.
class EagerTest : public ::testing::TestWithParam<DeviceId> {
 protected:
  Engine e{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Devices, EagerTest, ::testing::ValuesIn(testing::TestDevices()),
                         [](const auto& info) { return testing::TestName(info.param); });

TEST_P(EagerTest, BroadcastsStridedOperands) {
  const Value matrix = e.Tensor<double>({2, 3}, {1, 2, 3, 4, 5, 6});
  const Value transposed = e.Op("transpose", {matrix}, {int64_t{0}, int64_t{1}});
  const Value column = e.Tensor<double>({3, 1}, {10, 20, 30});
  EXPECT_THAT(e.Read(e.Op("add", {transposed, column})), ElementsAre(11, 14, 22, 25, 33, 36));
}

TEST_P(EagerTest, PromotesAsPyTorchDoes) {
  const Value floats = e.Tensor<float>({2}, {1, 2});
  EXPECT_EQ(e.Op("mul", {floats, MakeScalar(2.5)})->spec().dtype, DType::kFloat32);
  const Value ints = e.Tensor<int64_t>({2}, {1, 2});
  EXPECT_EQ(e.Op("mul", {ints, MakeScalar(2.5)})->spec().dtype, DType::kFloat32);
  EXPECT_EQ(e.Op("mul", {ints, MakeScalar(2)})->spec().dtype, DType::kInt64);
  EXPECT_EQ(e.Op("div", {ints, MakeScalar(2)})->spec().dtype, DType::kFloat32);
  EXPECT_THAT(e.Read<float>(e.Op("sin", {e.Tensor<int64_t>({1}, {0})})), ElementsAre(0));
}

TEST_P(EagerTest, IntegersWrapAndBoolsAreLogical) {
  const Value big = e.Tensor<int64_t>({1}, {INT64_MAX});
  EXPECT_THAT(e.Read<int64_t>(e.Op("add", {big, MakeScalar(1)})), ElementsAre(INT64_MIN));
  const Value bits = e.Tensor<bool>({2}, {true, false});
  EXPECT_THAT(e.Read<bool>(e.Op("add", {bits, MakeScalar(true)})), ElementsAre(true, true));
  EXPECT_EQ(e.Try("neg", {bits}).status().code(), absl::StatusCode::kUnimplemented);
}

TEST_P(EagerTest, MatmulOfEveryLayout) {
  const Value a = e.Tensor<double>({2, 3}, {1, 2, 3, 4, 5, 6});
  const Value b = e.Tensor<double>({2, 3}, {1, 0, 2, 0, 1, 1});
  const Value bt = e.Op("transpose", {b}, {int64_t{0}, int64_t{1}});
  EXPECT_THAT(e.Read(e.Op("matmul", {a, bt})), ElementsAre(7, 5, 16, 11));
  // Every other column of a wider matrix: BLAS cannot read it in place.
  const Value wide = e.Tensor<double>({2, 6}, {1, 9, 2, 9, 3, 9, 4, 9, 5, 9, 6, 9});
  const Value strided =
      e.Op("slice", {wide}, {int64_t{1}, std::monostate(), std::monostate(), int64_t{2}});
  EXPECT_THAT(e.Read(e.Op("matmul", {strided, bt})), ElementsAre(7, 5, 16, 11));
  const Value batch = e.Tensor<double>({2, 1, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_THAT(e.Read(e.Op("matmul", {batch, bt})), ElementsAre(7, 5, 16, 11));
  const Value v = e.Vector({1, 1, 1});
  EXPECT_THAT(e.Read(e.Op("matmul", {a, v})), ElementsAre(6, 15));
  EXPECT_THAT(e.Read(e.Op("matmul", {v, v})), ElementsAre(3));
  const Value none = e.Tensor<double>({2, 0}, {});
  const Value zero = e.Tensor<double>({0, 2}, {});
  EXPECT_THAT(e.Read(e.Op("matmul", {none, zero})), ElementsAre(0, 0, 0, 0));
  const Value ints = e.Tensor<int64_t>({2, 2}, {1, 2, 3, 4});
  EXPECT_THAT(e.Read<int64_t>(e.Op("matmul", {ints, ints})), ElementsAre(7, 10, 15, 22));
}

TEST_P(EagerTest, SumsOfEveryKind) {
  const Value x = e.Tensor<float>({2, 3}, {1, 2, 3, 4, 5, 6});
  const auto sum = [&](Dims dims, bool keep) {
    return e.Read<float>(e.Op("sum", {x}, {dims, keep, std::monostate()}));
  };
  EXPECT_THAT(sum({}, false), ElementsAre(21));
  EXPECT_THAT(sum({0}, false), ElementsAre(5, 7, 9));
  EXPECT_THAT(sum({-1}, true), ElementsAre(6, 15));
  const Value flags = e.Tensor<bool>({3}, {true, true, false});
  EXPECT_THAT(e.Read<int64_t>(e.Sum(flags)), ElementsAre(2));
  EXPECT_THAT(e.Read(e.Sum(e.Tensor<double>({0}, {}))), ElementsAre(0));
}

TEST_P(EagerTest, ABadIndexIsAnErrorAndNoMore) {
  const Value x = e.Vector({1, 2, 3});
  const Value bad = e.Tensor<int64_t>({2}, {0, 3});
  const absl::Status status = e.Try("index_select", {x, bad}, {int64_t{0}}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("index out of range in self"));
  const Value good = e.Tensor<int64_t>({3}, {2, 0, 2});
  EXPECT_THAT(e.Read(e.Op("index_select", {x, good}, {int64_t{0}})), ElementsAre(3, 1, 3));
}

TEST_P(EagerTest, DataDecidesTheShapeOfNonzero) {
  const Value x = e.Tensor<double>({2, 2}, {0, 5, 0, 7});
  const Value rows = e.Op("nonzero", {x});
  EXPECT_THAT(rows->spec().shape, ElementsAre(2, 2));
  EXPECT_THAT(e.Read<int64_t>(rows), ElementsAre(0, 1, 1, 1));
  EXPECT_THAT(e.Op("nonzero", {e.Tensor<double>({3}, {0, 0, 0})})->spec().shape, ElementsAre(0, 1));
}

TEST_P(EagerTest, RandomNumbersAreAFunctionOfSeedAndOffset) {
  const auto normal = [&](int64_t seed, int64_t offset) {
    return e.Read(e.Op("randn", {}, {Dims{20000}, DType::kFloat64, e.device, seed, offset}));
  };
  const std::vector<double> numbers = normal(1, 2);
  EXPECT_EQ(numbers, normal(1, 2));
  EXPECT_NE(numbers, normal(1, 3));
  double sum = 0, squares = 0;
  for (const double x : numbers) sum += x, squares += x * x;
  EXPECT_NEAR(sum / 20000, 0, 0.03);
  EXPECT_NEAR(squares / 20000, 1, 0.04);
  const std::vector<float> uniform = e.Read<float>(
      e.Op("rand", {}, {Dims{1000}, DType::kFloat32, e.device, int64_t{1}, int64_t{2}}));
  for (const float u : uniform) EXPECT_TRUE(u >= 0 && u < 1);
}

TEST_P(EagerTest, MovesBetweenDevices) {
  const DeviceId other{GetParam() == DeviceId{} ? DeviceKind::kSim : DeviceKind::kCpu, 0};
  const Value x = e.Vector({1, 2});
  const Value moved = e.Op("to", {x}, {DType::kFloat32, other});
  EXPECT_EQ(moved->spec().device, other);
  EXPECT_THAT(e.Read<float>(moved), ElementsAre(1, 2));
  const absl::Status mixed = e.Try("add", {x, moved}).status();
  EXPECT_THAT(std::string(mixed.message()),
              HasSubstr("Expected all tensors to be on the same device"));
}

TEST_P(EagerTest, EveryFailedReservationIsReturned) {
  const Value x = e.Tensor<float>({4}, {1, 2, 3, 4});
  const Value y = e.Tensor<double>({4}, {1, 2, 3, 4});
  Must(e.eager.Synchronize());
  const int64_t before = e.budget->used();
  for (int64_t n = 1; n < 4; ++n) {
    e.budget->FailReservation(n);
    const absl::Status status = e.Try("add", {x, y}).status();
    e.budget->FailReservation(0);
    EXPECT_EQ(status.ok(), n > 2) << "the cast's, the sum's";
    EXPECT_EQ(e.budget->used(), before);
  }
}

// A few bytes can be expanded to more elements than there is memory, or time, for.
TEST_P(EagerTest, HugeViewsCostAnErrorOnly) {
  const Value one = e.Tensor<double>({1}, {1});
  EXPECT_THAT(std::string(e.Try("expand", {one}, {Dims{int64_t{1} << 61}}).status().message()),
              HasSubstr("Storage size calculation overflowed"));
  const Value wide = e.Op("expand", {one}, {Dims{int64_t{1} << 59}});
  EXPECT_THAT(
      std::string(e.Try("sum", {wide}, {Dims(), false, std::monostate()}).status().message()),
      HasSubstr("too large to compute with"));
  const Value square = e.Op("expand", {e.Tensor<double>({1, 1}, {1})}, {Dims{1 << 15, 1 << 15}});
  const RefPtr<MemoryBudget> small = MakeRef<MemoryBudget>(1 << 20, nullptr);
  Eager poor(*e.backends, small, nullptr);
  const Values operands = {square, square};
  EXPECT_EQ(poor.Apply(*FindOp("matmul"), operands, {}).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(small->used(), 0);
}

TEST_P(EagerTest, SumsConvertBeforeTheyAdd) {
  const auto sum = [&](const Value& value, DType dtype) {
    return e.Op("sum", {value}, {Dims(), false, dtype});
  };
  EXPECT_THAT(e.Read<int64_t>(sum(e.Vector({0.5, 0.5}), DType::kInt64)), ElementsAre(0));
  const int64_t large = int64_t{1} << 62;
  EXPECT_THAT(e.Read<double>(sum(e.Tensor<int64_t>({2}, {large, large}), DType::kFloat64)),
              ElementsAre(std::ldexp(1.0, 63)));
  EXPECT_THAT(e.Read<bool>(sum(e.Vector({1, -1}), DType::kBool)), ElementsAre(true));
}

TEST_P(EagerTest, UnknownDevicesAreRefused) {
  const absl::Status status =
      e.Try("full", {}, {Dims{1}, Scalar(1), DType::kFloat32, DeviceId{DeviceKind::kCuda, 99}})
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("no device cuda:99"));
}

// Philox4x32-10's published test vectors (Random123's kat_vectors).
TEST(Philox, KnownAnswers) {
  EXPECT_EQ(Philox(0, 0, 0).word[0], 0x6627e8d5u);
  const PhiloxBlock ones = Philox(~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0});
  EXPECT_EQ(ones.word[0], 0x408f276du);
  EXPECT_EQ(ones.word[3], 0x6d5451fdu);
}

TEST(NormalQuantile, AgreesWithKnownPoints) {
  EXPECT_DOUBLE_EQ(NormalQuantile(0.5), 0);
  EXPECT_NEAR(NormalQuantile(0.975), 1.959963984540054, 1e-14);
  EXPECT_NEAR(NormalQuantile(1e-10), -6.361340902404056, 1e-12);
  EXPECT_NEAR(NormalQuantile(0.9), -NormalQuantile(0.1), 1e-15);
}

}  // namespace
}  // namespace gradd
