#include "core/spec/shape.h"

#include <cstdint>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/status.h"

namespace gradd {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TEST(ShapeTest, ChecksSizes) {
  EXPECT_TRUE(CheckShape({}).ok());
  EXPECT_TRUE(CheckShape({0, kMax}).ok());
  EXPECT_TRUE(CheckShape({1, kMax, 1}).ok());
  EXPECT_EQ(CheckShape({2, -1}).message(),
            "Trying to create tensor with negative dimension -1: [2, -1]");
  EXPECT_EQ(CheckShape({kMax, 2}).message(),
            "Storage size calculation overflowed with sizes=[9223372036854775807, 2]");
  // Empty, but its strides would overflow.
  EXPECT_EQ(ErrorReason(CheckShape({kMax, 0, 2})), "SIZE_OVERFLOW");
  EXPECT_TRUE(CheckShape(Dims(kMaxRank, 1)).ok());
  EXPECT_EQ(ErrorReason(CheckShape(Dims(kMaxRank + 1, 1))), "RANK_TOO_LARGE");
  EXPECT_EQ(CheckShape({std::numeric_limits<int64_t>::min()}).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(ShapeTest, Counts) {
  EXPECT_EQ(ElementCount({}), 1);
  EXPECT_EQ(ElementCount({2, 3}), 6);
  EXPECT_EQ(ElementCount({2, 0}), 0);
  EXPECT_EQ(ByteCount({2, 3}, 8), 48);
  EXPECT_FALSE(ByteCount({kMax / 2}, 8).has_value());
}

TEST(ShapeTest, ContiguousStrides) {
  EXPECT_THAT(ContiguousStrides({}), ElementsAre());
  EXPECT_THAT(ContiguousStrides({2, 3, 4}), ElementsAre(12, 4, 1));
  EXPECT_THAT(ContiguousStrides({2, 0, 4}), ElementsAre(4, 4, 1));
}

TEST(ShapeTest, IsContiguousLooksAtWhatIsWalked) {
  EXPECT_TRUE(IsContiguous({}, {}));
  EXPECT_TRUE(IsContiguous({2, 3}, {3, 1}));
  EXPECT_FALSE(IsContiguous({2, 3}, {1, 2}));
  EXPECT_TRUE(IsContiguous({1, 3}, {77, 1}));
  EXPECT_TRUE(IsContiguous({3, 1}, {1, 77}));
  EXPECT_FALSE(IsContiguous({3}, {2}));
  EXPECT_FALSE(IsContiguous({3}, {0}));
  EXPECT_TRUE(IsContiguous({0, 3}, {5, 1}));
}

TEST(ShapeTest, Broadcasts) {
  EXPECT_THAT(*BroadcastShapes({}, {}), ElementsAre());
  EXPECT_THAT(*BroadcastShapes({3}, {}), ElementsAre(3));
  EXPECT_THAT(*BroadcastShapes({2, 1}, {3}), ElementsAre(2, 3));
  EXPECT_THAT(*BroadcastShapes({1}, {5, 1, 2}), ElementsAre(5, 1, 2));
  EXPECT_THAT(*BroadcastShapes({1, 3}, {0, 1}), ElementsAre(0, 3));
  EXPECT_EQ(BroadcastShapes({2, 3}, {2}).status().message(),
            "The size of tensor a (3) must match the size of tensor b (2) at non-singleton "
            "dimension 1");
  EXPECT_EQ(BroadcastShapes({0}, {2}).status().message(),
            "The size of tensor a (0) must match the size of tensor b (2) at non-singleton "
            "dimension 0");
}

TEST(ShapeTest, NormalizesDims) {
  EXPECT_EQ(*NormalizeDim(-1, 3), 2);
  EXPECT_EQ(*NormalizeDim(2, 3), 2);
  EXPECT_EQ(*NormalizeDim(0, 0), 0);
  EXPECT_EQ(*NormalizeDim(-1, 0), 0);
  EXPECT_EQ(NormalizeDim(3, 3).status().message(),
            "Dimension out of range (expected to be in range of [-3, 2], but got 3)");
  EXPECT_EQ(NormalizeDim(1, 0).status().message(),
            "Dimension out of range (expected to be in range of [-1, 0], but got 1)");
  EXPECT_FALSE(NormalizeDim(std::numeric_limits<int64_t>::min(), 3).ok());
}

TEST(ShapeTest, NormalizesReductionDims) {
  EXPECT_THAT(*NormalizeReductionDims({}, 3), ElementsAre(0, 1, 2));
  EXPECT_THAT(*NormalizeReductionDims({2, -3}, 3), ElementsAre(0, 2));
  EXPECT_THAT(*NormalizeReductionDims({0}, 0), ElementsAre());
  EXPECT_EQ(NormalizeReductionDims({1, -1}, 2).status().message(),
            "dim 1 appears multiple times in the list of dims");
  EXPECT_FALSE(NormalizeReductionDims({2}, 2).ok());
}

TEST(ShapeTest, ResolvesTheInferredSize) {
  EXPECT_THAT(*ResolveShape({2, -1}, 6), ElementsAre(2, 3));
  EXPECT_THAT(*ResolveShape({-1}, 1), ElementsAre(1));
  EXPECT_THAT(*ResolveShape({}, 1), ElementsAre());
  EXPECT_THAT(*ResolveShape({-1, 2}, 0), ElementsAre(0, 2));
  EXPECT_EQ(ResolveShape({-1, -1}, 4).status().message(), "only one dimension can be inferred");
  EXPECT_EQ(ResolveShape({4, -1}, 6).status().message(),
            "shape '[4, -1]' is invalid for input of size 6");
  EXPECT_EQ(ResolveShape({5}, 6).status().message(), "shape '[5]' is invalid for input of size 6");
  EXPECT_EQ(ResolveShape({0, -1}, 0).status().message(),
            "cannot reshape tensor of 0 elements into shape [0, -1] because the unspecified "
            "dimension size -1 can be any value and is ambiguous");
  EXPECT_FALSE(ResolveShape({-2, -3}, 6).ok());
  EXPECT_FALSE(ResolveShape({kMax, kMax}, 1).ok());
  EXPECT_FALSE(ResolveShape({kMax, 0, kMax}, 0).ok());
}

TEST(ShapeTest, Prints) {
  EXPECT_EQ(ToString(DimsView({2, 3})), "[2, 3]");
  EXPECT_EQ(ToString(DimsView()), "[]");
  EXPECT_EQ(SizeString({2}), "torch.Size([2])");
}

}  // namespace
}  // namespace gradd
