// TensorFloat-32, an option of a session's streams: float32 products round their factors where the
// device can and the session allows it, and nowhere else.
#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/engine.h"

namespace gradd {
namespace {

using testing::Engine;
using testing::Must;

constexpr int64_t kRows = 192, kInner = 256, kColumns = 128;

class Tf32Law : public ::testing::TestWithParam<DeviceId> {
 protected:
  // 1, 10 bits, a 0 and a 1: TensorFloat-32 keeps the 10 bits, and loses 2^-12 whether it rounds to
  // the nearest or cuts. Sums of kInner of them, once or twice each, have 22 bits: exact in
  // float32, in every order.
  static double Left(int64_t row, int64_t k) {
    return 1 + static_cast<double>((row * 37 + k * 101) % 1024) / 1024 + std::ldexp(1, -12);
  }
  static double Right(int64_t k, int64_t column) { return (k + column) % 3 == 0 ? 2 : 1; }

  template <class T>
  std::vector<T> Product(const StreamOptions& options) {
    Eager eager(*e.backends, e.budget, nullptr, options);
    std::vector<T> left, right;
    for (int64_t i = 0; i < kRows * kInner; ++i) {
      left.push_back(static_cast<T>(Left(i / kInner, i % kInner)));
    }
    for (int64_t i = 0; i < kInner * kColumns; ++i) {
      right.push_back(static_cast<T>(Right(i / kColumns, i % kColumns)));
    }
    const Value inputs[] = {Make(eager, {kRows, kInner}, left),
                            Make(eager, {kInner, kColumns}, right)};
    const Value product = Must(eager.Apply(*FindOp("matmul"), inputs, {}))[0];
    std::vector<T> elements(kRows * kColumns);
    Must(eager.ToHost(AsTensor(product), elements.data()));
    return elements;
  }

  template <class T>
  Value Make(Eager& eager, Dims shape, const std::vector<T>& elements) {
    const auto* const bytes = reinterpret_cast<const char*>(elements.data());
    return Must(eager.FromHost(TensorSpec::Contiguous(kDTypeOf<T>, std::move(shape), e.device),
                               {bytes, elements.size() * sizeof(T)}));
  }

  template <class T>
  static std::vector<T> Exact() {
    std::vector<T> exact;
    for (int64_t i = 0; i < kRows * kColumns; ++i) {
      double sum = 0;
      for (int64_t k = 0; k < kInner; ++k) sum += Left(i / kColumns, k) * Right(k, i % kColumns);
      exact.push_back(static_cast<T>(sum));
    }
    return exact;
  }

  Engine e{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Devices, Tf32Law, ::testing::ValuesIn(testing::TestDevices()),
                         [](const auto& info) { return testing::TestName(info.param); });

TEST_P(Tf32Law, RoundsFactorsOnlyWhereItIsAllowed) {
  const std::vector<float> exact = Exact<float>();
  EXPECT_TRUE(Product<float>({}) == exact) << "not allowed";
  const std::vector<float> rounded = Product<float>({.allow_tf32 = true});
  if (GetParam().kind != DeviceKind::kCuda) {
    EXPECT_TRUE(rounded == exact) << "another device than CUDA's has no TensorFloat-32";
  } else {
    for (size_t i = 0; i < exact.size(); ++i) {
      const double error = std::abs(rounded[i] - exact[i]) / exact[i];
      ASSERT_GT(error, std::ldexp(1, -14)) << i;  // 2^-12 of factors below 2
      ASSERT_LT(error, std::ldexp(1, -10)) << i;
    }
  }
  EXPECT_TRUE(Product<float>({}) == exact) << "not allowed, after a session that allowed it";
}

TEST_P(Tf32Law, OtherTypesStayAsTheyAre) {
  EXPECT_TRUE(Product<double>({.allow_tf32 = true}) == Exact<double>());
}

}  // namespace
}  // namespace gradd
