#include "core/base/small_memory.h"

#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace gradd {
namespace {

struct Block {
  unsigned char* memory;
  size_t bytes;
  unsigned char mark;
};

Block Allocate(size_t bytes, unsigned char mark) {
  void* const memory = AllocateSmall(bytes);
  EXPECT_NE(memory, nullptr);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % 16, 0u);
  std::memset(memory, mark, bytes);
  return {static_cast<unsigned char*>(memory), bytes, mark};
}

// Checks that nobody else wrote to the block.
void Free(const Block& block) {
  for (size_t i = 0; i < block.bytes; ++i) ASSERT_EQ(block.memory[i], block.mark);
  FreeSmall(block.memory, block.bytes);
}

TEST(SmallMemory, BlocksInUseDoNotOverlap) {
  std::vector<Block> blocks;
  for (int round = 0; round < 3; ++round) {
    for (size_t bytes = 0; bytes <= kMaxSmallBytes + 40; ++bytes) {
      blocks.push_back(Allocate(bytes, static_cast<unsigned char>(bytes * 7 + round)));
    }
    for (size_t i = 0; i < blocks.size(); i += 2) std::swap(blocks[i], blocks.back());
    while (blocks.size() > 300) {
      Free(blocks.back());
      blocks.pop_back();
    }
  }
  for (const Block& block : blocks) Free(block);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(SmallMemory, WhatWasFreedServesTheNextRequest) {
  std::set<void*> freed;
  std::vector<Block> blocks;
  for (int i = 0; i < 1000; ++i) blocks.push_back(Allocate(200, 1));
  for (const Block& block : blocks) {
    freed.insert(block.memory);
    Free(block);
  }
  for (Block& block : blocks) {
    block = Allocate(193, 2);
    EXPECT_TRUE(freed.count(block.memory)) << "208 bytes are one size";
  }
  for (const Block& block : blocks) Free(block);
}
#endif

TEST(SmallMemory, ThreadsMayFreeWhatOthersAllocated) {
  constexpr int kThreads = 4;
  std::vector<std::vector<Block>> blocks(kThreads);
  for (int round = 0; round < 8; ++round) {
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&mine = blocks[(t + round) % kThreads], t] {
        for (const Block& block : mine) Free(block);
        mine.clear();
        for (size_t i = 0; i < 5000; ++i) {
          mine.push_back(Allocate(i % 600, static_cast<unsigned char>(t + i)));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  for (const std::vector<Block>& mine : blocks) {
    for (const Block& block : mine) Free(block);
  }
}

}  // namespace
}  // namespace gradd
