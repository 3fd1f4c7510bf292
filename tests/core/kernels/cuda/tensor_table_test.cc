// Which block of a multi-tensor launch has which elements, computed on the processor.
#include "core/kernels/cuda/tensor_table.h"

#include <gtest/gtest.h>

#include "core/kernels/multi_tensor.h"

namespace gradd::cuda {
namespace {

TEST(TensorTable, CoversEveryElementOnce) {
  constexpr int64_t kPiece = 10;
  std::vector<TensorMemory> tensors;
  for (int64_t i = 0; i < 1100; ++i) tensors.push_back({i % 37 == 0 ? 0 : i % 31, nullptr});
  tensors.back().count = 0;
  size_t expected_first = 0;
  ForEachTable(tensors, kPiece, [&](const TensorTable<TensorMemory>& table, size_t first) {
    ASSERT_EQ(first, expected_first);
    std::vector<int64_t> covered(table.tensor_count, 0);
    for (uint32_t piece = 0; piece < table.piece_count(); ++piece) {
      const auto at = table.PieceOf(piece);
      ASSERT_EQ(at.begin, covered[at.tensor]);
      ASSERT_LT(at.begin, at.end);
      ASSERT_LE(at.end - at.begin, kPiece);
      ASSERT_EQ(at.begin, (piece - table.FirstPiece(at.tensor)) * kPiece);
      covered[at.tensor] = at.end;
    }
    for (int i = 0; i < table.tensor_count; ++i) {
      ASSERT_EQ(covered[i], tensors[first + i].count);
      ASSERT_EQ(table.tensors[i].count, tensors[first + i].count);
    }
    expected_first += table.tensor_count;
  });
  EXPECT_EQ(expected_first, tensors.size());
}

TEST(TensorTable, FitsAKernelsParameters) { EXPECT_LE(sizeof(TensorTable<UpdateTensors>), 32000u); }

}  // namespace
}  // namespace gradd::cuda
