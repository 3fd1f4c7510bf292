#include "core/base/caching_allocator.h"

#include <cstdint>
#include <cstring>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/mutex.h"

namespace gradd {
namespace {

constexpr int64_t kLimit = int64_t{64} << 20;

TEST(CachingAllocator, ABlockIsAtMostAQuarterLargerThanTheRequest) {
  size_t last = 0;
  for (size_t bytes = 1; bytes <= (size_t{1} << 31); bytes += 1 + bytes / 7) {
    const size_t block = CachingAllocator::BlockBytes(bytes);
    EXPECT_GE(block, bytes);
    EXPECT_LE(block - bytes, bytes / 4) << bytes;
    EXPECT_GE(block, last) << bytes;
    last = block;
    // A class is as large as its largest request.
    EXPECT_EQ(CachingAllocator::BlockBytes(block), block);
  }
  EXPECT_EQ(CachingAllocator::BlockBytes(size_t{64} << 20), size_t{64} << 20);
}

TEST(CachingAllocator, TheMemoryOfTheSameSizeComesBack) {
  CachingAllocator allocator(kLimit);
  for (const size_t bytes : {size_t{5000}, size_t{1} << 20, size_t{20} << 20}) {
    void* const first = allocator.Allocate(bytes);
    std::memset(first, 7, bytes);
    allocator.Free(first, bytes);
    EXPECT_EQ(allocator.cached_bytes(), CachingAllocator::BlockBytes(bytes));
    void* const second = allocator.Allocate(bytes - 8);
    EXPECT_EQ(second, first);
    EXPECT_EQ(allocator.cached_bytes(), 0);
    allocator.Free(second, bytes - 8);
    allocator.Trim();
  }
}

TEST(CachingAllocator, BlocksInUseAreDistinctAndAligned) {
  CachingAllocator allocator(kLimit);
  std::vector<std::pair<char*, size_t>> blocks;
  for (int round = 0; round < 2; ++round) {
    for (const size_t bytes : {1, 1000, 1025, 1280, 1281, 4096, 70'000, 300'000, 5'000'000}) {
      char* const block = static_cast<char*>(allocator.Allocate(bytes));
      ASSERT_NE(block, nullptr);
      if (bytes >= 1024) {
        EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 64, 0) << bytes;
      }
      std::memset(block, static_cast<int>(blocks.size()), bytes);
      blocks.emplace_back(block, bytes);
    }
  }
  for (size_t i = 0; i < blocks.size(); ++i) {
    EXPECT_EQ(blocks[i].first[0], static_cast<char>(i));
    EXPECT_EQ(blocks[i].first[blocks[i].second - 1], static_cast<char>(i));
    allocator.Free(blocks[i].first, blocks[i].second);
  }
}

TEST(CachingAllocator, KeepsNoMoreThanItMayAndLetsOtherSizesGoFirst) {
  CachingAllocator allocator(kLimit);
  constexpr size_t kOld = size_t{1} << 20, kNew = size_t{8} << 20;
  const auto use = [&](size_t bytes, int count) {
    std::vector<void*> blocks;
    for (int i = 0; i < count; ++i) blocks.push_back(allocator.Allocate(bytes));
    for (void* block : blocks) allocator.Free(block, bytes);
  };
  use(kOld, 100);
  EXPECT_LE(allocator.cached_bytes(), kLimit);
  EXPECT_GT(allocator.cached_bytes(), kLimit / 2);
  use(kNew, 4);
  EXPECT_LE(allocator.cached_bytes(), kLimit);
  // All four have found room in place of the old ones.
  const int64_t before = allocator.cached_bytes();
  std::vector<void*> blocks;
  for (int i = 0; i < 4; ++i) blocks.push_back(allocator.Allocate(kNew));
  EXPECT_EQ(before - allocator.cached_bytes(), 4 * static_cast<int64_t>(kNew));
  for (void* block : blocks) allocator.Free(block, kNew);
}

TEST(CachingAllocator, WithoutRoomKeepsNothing) {
  CachingAllocator allocator(0);
  for (const size_t bytes : {size_t{2000}, size_t{1} << 22}) {
    allocator.Free(allocator.Allocate(bytes), bytes);
    EXPECT_EQ(allocator.cached_bytes(), 0);
  }
}

TEST(CachingAllocator, TrimGivesEverythingBack) {
  CachingAllocator allocator(kLimit);
  for (const size_t bytes : {2000, 20'000, 2'000'000}) {
    allocator.Free(allocator.Allocate(bytes), bytes);
  }
  EXPECT_GT(allocator.cached_bytes(), 0);
  allocator.Trim();
  EXPECT_EQ(allocator.cached_bytes(), 0);
}

TEST(CachingAllocator, SaysWhenThereIsNoMemory) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer ends the program instead";
#endif
  CachingAllocator allocator(kLimit);
  EXPECT_EQ(allocator.Allocate(size_t{1} << 62), nullptr);
}

// Blocks go from thread to thread; nobody else may write what a thread holds.
TEST(CachingAllocator, ThreadsShareIt) {
  CachingAllocator allocator(kLimit);
  struct Block {
    char* data;
    size_t bytes;
    char mark;
  };
  Mutex mutex;
  std::vector<Block> passed;
  const auto work = [&](int thread) {
    std::minstd_rand random(thread + 1);
    std::vector<Block> mine;
    for (int step = 0; step < 3000; ++step) {
      if (mine.size() < 20) {
        const size_t bytes = size_t{900} << random() % 9;
        const char mark = static_cast<char>(random());
        Block block = {static_cast<char*>(allocator.Allocate(bytes)), bytes, mark};
        block.data[0] = block.data[bytes - 1] = mark;
        mine.push_back(block);
      }
      const size_t chosen = random() % mine.size();
      Block block = mine[chosen];
      mine[chosen] = mine.back();
      mine.pop_back();
      ASSERT_EQ(block.data[0], block.mark);
      ASSERT_EQ(block.data[block.bytes - 1], block.mark);
      MutexLock lock(mutex);
      passed.push_back(block);
      if (passed.size() > 50) {
        block = passed[random() % passed.size()];
        for (Block& other : passed) {
          if (other.data == block.data) {
            other = passed.back();
            passed.pop_back();
            break;
          }
        }
        ASSERT_EQ(block.data[0], block.mark);
        allocator.Free(block.data, block.bytes);
      }
      if (step % 1000 == 999) allocator.Trim();
    }
    MutexLock lock(mutex);
    passed.insert(passed.end(), mine.begin(), mine.end());
  };
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) threads.emplace_back(work, thread);
  for (std::thread& thread : threads) thread.join();
  for (const Block& block : passed) allocator.Free(block.data, block.bytes);
  EXPECT_LE(allocator.cached_bytes(), kLimit);
}

#if defined(__SANITIZE_ADDRESS__)
TEST(CachingAllocatorDeathTest, MemoryThatIsFreeOrNotAskedForIsNotToBeUsed) {
  CachingAllocator allocator(kLimit);
  char* const block = static_cast<char*>(allocator.Allocate(5000));
  EXPECT_DEATH(*const_cast<volatile char*>(block + 5000) = 1, "use-after-poison");
  allocator.Free(block, 5000);
  EXPECT_DEATH(*const_cast<volatile char*>(block) = 1, "use-after-poison");
}
#endif

}  // namespace
}  // namespace gradd
