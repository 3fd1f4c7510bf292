// Where the threads of a kernel look for elements, computed on the processor.
#include <random>

#include <gtest/gtest.h>

#include "core/kernels/cuda/strided_layouts.h"
#include "core/kernels/strided_loop.h"
#include "tests/support/must.h"

namespace gradd::cuda {
namespace {

using testing::Must;

TEST(FastDivisor, Divides) {
  constexpr uint32_t kMost = INT32_MAX;
  std::mt19937 random(1);
  std::vector<uint32_t> numbers = {0, 1, 2, 3, 5, 7, 641, 65535, 65536, 65537, kMost - 1, kMost};
  for (int i = 0; i < 300; ++i) numbers.push_back((random() & kMost) >> (random() % 31));
  for (const uint32_t divisor : numbers) {
    if (divisor == 0) continue;
    const FastDivisor fast(divisor);
    for (const uint32_t n : numbers) {
      for (const uint32_t near : {n, n / divisor * divisor, std::min(kMost, n + 1)}) {
        ASSERT_EQ(fast.Divide(near), near / divisor) << near << " / " << divisor;
      }
    }
  }
}

TensorSpec Spec(Dims shape, Dims strides) {
  TensorSpec spec;
  spec.shape = std::move(shape);
  spec.strides = std::move(strides);
  return spec;
}

void ExpectOffsets(DimsView shape, const TensorSpec& a, const TensorSpec& b) {
  const StridedLoop<2> loop = MakeStridedLoop<2>(shape, {&a, &b});
  StridedLayout<3> layout = Must(MakeLayout<3>(loop));
  EXPECT_TRUE(layout.is_narrow);
  for (const bool is_narrow : {true, false}) {
    layout.is_narrow = is_narrow;
    int64_t flat = 0;
    ForEachRow<2>(loop, [&](const auto& offsets, const auto& strides, int64_t length) {
      for (int64_t i = 0; i < length; ++i, ++flat) {
        int64_t found[2];
        layout.Offsets(flat, found);
        ASSERT_EQ(found[0], offsets[0] + i * strides[0]);
        ASSERT_EQ(found[1], offsets[1] + i * strides[1]);
      }
    });
    EXPECT_EQ(flat, ElementCount(shape));
  }
}

TEST(StridedLayout, NamesTheElementsThatALoopWalksThrough) {
  const TensorSpec plain = Spec({3, 4, 5}, {20, 5, 1});
  ExpectOffsets({3, 4, 5}, plain, plain);
  ExpectOffsets({3, 4, 5}, plain, Spec({3, 4, 5}, {1, 3, 12}));
  ExpectOffsets({3, 4, 5}, plain, Spec({5}, {2}));
  ExpectOffsets({3, 4, 5}, plain, Spec({4, 1}, {7, 1}));
  ExpectOffsets({3, 4, 5}, plain, Spec({}, {}));
  ExpectOffsets({3, 4, 5}, plain, Spec({3, 4, 5}, {-20, 5, -1}));
  ExpectOffsets({1}, Spec({1}, {1}), Spec({}, {}));
}

TEST(StridedLayout, RefusesMoreDimensionsThanItHolds) {
  TensorSpec spec;
  for (int d = 0; d < StridedLayout<1>::kMaxDims + 1; ++d) {
    spec.shape.push_back(2);
    spec.strides.push_back(int64_t{1} << 2 * d);
  }
  const auto layout = MakeLayout<1>(MakeStridedLoop<1>(spec.shape, {&spec}));
  EXPECT_EQ(ErrorReason(layout.status()), "LAYOUT_UNSUPPORTED");
}

}  // namespace
}  // namespace gradd::cuda
