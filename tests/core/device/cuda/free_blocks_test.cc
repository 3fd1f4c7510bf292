#include "core/device/cuda/free_blocks.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace gradd::cuda {
namespace {

void* BlockAt(uintptr_t address) { return reinterpret_cast<void*>(address); }

TEST(FreeBlocks, BlocksAreALittleLargerThanRequests) {
  for (size_t bytes = 1; bytes <= 2 * FreeBlocks::kLargest; bytes += 1 + bytes / 7) {
    const size_t block = FreeBlocks::BlockBytes(bytes);
    EXPECT_GE(block, bytes);
    EXPECT_LE(block, std::max<size_t>(512, bytes + bytes / 4)) << bytes;
    EXPECT_EQ(FreeBlocks::BlockBytes(block), block) << bytes;
  }
}

TEST(FreeBlocks, ABlockServesRequestsOfItsSize) {
  FreeBlocks blocks;
  ASSERT_TRUE(blocks.Put(BlockAt(1), 1000));
  EXPECT_EQ(blocks.bytes(), static_cast<int64_t>(FreeBlocks::BlockBytes(1000)));
  EXPECT_EQ(blocks.Take(100), nullptr);
  EXPECT_EQ(blocks.Take(2000), nullptr);
  EXPECT_EQ(blocks.Take(FreeBlocks::BlockBytes(1000)), BlockAt(1));
  EXPECT_EQ(blocks.Take(1000), nullptr);
  EXPECT_EQ(blocks.bytes(), 0);
}

TEST(FreeBlocks, KeepsNoLargeOnesAndNotTooMany) {
  FreeBlocks blocks;
  EXPECT_FALSE(blocks.Put(BlockAt(1), FreeBlocks::kLargest + 1));
  EXPECT_EQ(blocks.Take(FreeBlocks::kLargest + 1), nullptr);
  uintptr_t kept = 0;
  while (blocks.Put(BlockAt(kept + 1), FreeBlocks::kLargest)) ++kept;
  EXPECT_EQ(kept, FreeBlocks::kMostBytes / FreeBlocks::kLargest);
  EXPECT_EQ(blocks.bytes(), FreeBlocks::kMostBytes);
  EXPECT_EQ(blocks.TakeAll().size(), kept);
  EXPECT_EQ(blocks.bytes(), 0);
  EXPECT_TRUE(blocks.TakeAll().empty());
}

TEST(FreeBlocks, KeepsNothingForToolsThatWatchMemory) {
  FreeBlocks blocks(false);
  EXPECT_EQ(blocks.BlockFor(13), 13u);
  EXPECT_FALSE(blocks.Put(BlockAt(1), 13));
  EXPECT_EQ(blocks.Take(13), nullptr);
  EXPECT_EQ(blocks.bytes(), 0);
}

}  // namespace
}  // namespace gradd::cuda
