// The layouts of views. That they are what the ops mean, element by element, is checked by the
// conformance tests (ReferenceInterpreter compares both); here are the corners.

#include <limits>

#include <gtest/gtest.h>

#include "core/base/status.h"
#include "core/ops/op_table.h"
#include "tests/core/ops/specs.h"

namespace gradd {
namespace {

TensorSpec View(absl::string_view op, const TensorSpec& input, const Attributes& attributes) {
  const TensorSpec* const inputs = &input;
  Specs outputs;
  const absl::Status status = InferSpecs(*FindOp(op), SpecSpan(&inputs, 1), attributes, outputs);
  EXPECT_TRUE(status.ok()) << status;
  return status.ok() ? outputs[0] : TensorSpec();
}

TEST(ViewSpecTest, StridesAndOffsets) {
  const TensorSpec x = F32({2, 3, 4});
  const TensorSpec selected = View("select", x, {int64_t{1}, int64_t{-1}});
  EXPECT_EQ(selected.shape, (Dims{2, 4}));
  EXPECT_EQ(selected.strides, (Dims{12, 1}));
  EXPECT_EQ(selected.offset, 8);
  const TensorSpec sliced =
      View("slice", selected, {int64_t{1}, int64_t{1}, int64_t{4}, int64_t{2}});
  EXPECT_EQ(sliced.shape, (Dims{2, 2}));
  EXPECT_EQ(sliced.strides, (Dims{12, 2}));
  EXPECT_EQ(sliced.offset, 9);
  const TensorSpec swapped = View("transpose", sliced, {int64_t{0}, int64_t{1}});
  EXPECT_EQ(swapped.strides, (Dims{2, 12}));
  const TensorSpec expanded = View("expand", F32({3, 1}), {Dims{2, -1, 4}});
  EXPECT_EQ(expanded.shape, (Dims{2, 3, 4}));
  EXPECT_EQ(expanded.strides, (Dims{0, 1, 0}));
  EXPECT_EQ(View("as_strided", F32({6}), {Dims{2}, Dims{3}, int64_t{2}}).offset, 2);
}

TEST(ViewSpecTest, SliceClampsAsPythonDoes) {
  const auto size = [](AttributeValue start, AttributeValue end, int64_t step) {
    return View("slice", F32({5}), Attributes({int64_t{0}, start, end, step})).shape[0];
  };
  const int64_t min = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(size(std::monostate(), std::monostate(), 1), 5);
  EXPECT_EQ(size(min, kMax, 1), 5);
  EXPECT_EQ(size(int64_t{-2}, std::monostate(), 1), 2);
  EXPECT_EQ(size(int64_t{3}, int64_t{1}, 1), 0);
  EXPECT_EQ(size(std::monostate(), std::monostate(), kMax), 1);
  EXPECT_EQ(size(int64_t{0}, int64_t{5}, 2), 3);
}

// Sizes of 1 may have any stride, and layouts come from requests: nothing may overflow on the way.
TEST(ViewSpecTest, HugeStridesAndOffsetsDoNotOverflow) {
  const TensorSpec row =
      View("slice", F32({4}), {int64_t{0}, int64_t{2}, std::monostate(), int64_t{1}});
  ASSERT_EQ(row.offset, 2);
  const TensorSpec huge = View("as_strided", row, {Dims{1, 2}, Dims{kMax, 1}, int64_t{0}});
  const TensorSpec nothing =
      View("slice", huge, {int64_t{0}, int64_t{1}, std::monostate(), int64_t{1}});
  EXPECT_EQ(nothing.shape, (Dims{0, 2}));
  EXPECT_GE(nothing.offset, 0);
  EXPECT_LE(nothing.offset, 4);
  const TensorSpec empty = View("as_strided", row, {Dims{0}, Dims{1}, kMax});
  EXPECT_GE(empty.offset, 0);
  EXPECT_LE(empty.offset, 4);
  const TensorSpec columns = View("as_strided", row, {Dims{5, 0}, Dims{kMax, 1}, int64_t{0}});
  EXPECT_EQ(View("select", columns, {int64_t{0}, int64_t{4}}).shape, (Dims{0}));
  EXPECT_EQ(StorageExtent(columns), 0);
}

TEST(ViewSpecTest, AViewOfANumberIsNoNumber) {
  const TensorSpec number = MakeScalar(2.5)->spec();
  EXPECT_FALSE(View("view", number, {Dims{1}}).weak);
  EXPECT_FALSE(View("transpose", number, {int64_t{0}, int64_t{0}}).weak);
  EXPECT_FALSE(View("expand", number, {Dims{2}}).weak);
  EXPECT_FALSE(View("as_strided", number, {Dims{1}, Dims{1}, int64_t{0}}).weak);
  EXPECT_FALSE(View("detach", number, {}).weak);
}

}  // namespace
}  // namespace gradd
