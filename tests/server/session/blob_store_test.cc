#include "server/session/blob_store.h"

#include <cstring>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "core/device/cpu/cpu_device.h"

namespace gradd::server {
namespace {

using Code = absl::StatusCode;

class BlobStoreTest : public ::testing::Test {
 protected:
  std::string Content(const RefPtr<Buffer>& buffer) {
    return std::string(static_cast<const char*>(buffer->data()), buffer->size());
  }

  std::unique_ptr<Device> device_ = MakeCpuDevice();
  RefPtr<MemoryBudget> budget_ = MakeRef<MemoryBudget>(1000, nullptr);
  RefPtr<BufferPool> pool_ = MakeRef<BufferPool>(*device_, *device_->CreateStream({}), budget_);
  BlobStore blobs_{pool_};
};

TEST_F(BlobStoreTest, GrowsFromZeroWithoutGaps) {
  const uint64_t blob = *blobs_.Create(6, 1);
  EXPECT_EQ(blobs_.Read(blob).status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(blobs_.Write(blob, 1, "b").code(), Code::kInvalidArgument);
  EXPECT_TRUE(blobs_.Write(blob, 0, "abc").ok());
  EXPECT_EQ(blobs_.Write(blob, 0, "abc").code(), Code::kInvalidArgument);
  EXPECT_EQ(blobs_.Write(blob, 3, "defg").code(), Code::kInvalidArgument);
  EXPECT_EQ(blobs_.Write(blob, -1, "x").code(), Code::kInvalidArgument);
  EXPECT_EQ(blobs_.Write(blob, INT64_MAX, "x").code(), Code::kInvalidArgument);
  EXPECT_EQ(blobs_.GetProgress(blob)->received, 3);
  EXPECT_EQ(blobs_.GetProgress(blob)->size, 6);
  const std::vector<absl::string_view> pieces = {"d", "", "ef"};
  EXPECT_TRUE(blobs_.Write(blob, 3, pieces).ok());
  EXPECT_EQ(Content(*blobs_.Read(blob)), "abcdef");
}

TEST_F(BlobStoreTest, ManyPiecesFitWhollyOrNotAtAll) {
  const uint64_t blob = *blobs_.Create(3, 1);
  const std::vector<absl::string_view> pieces = {"ab", "cd"};
  EXPECT_EQ(blobs_.Write(blob, 0, pieces).code(), Code::kInvalidArgument);
  EXPECT_EQ(blobs_.GetProgress(blob)->received, 0);
}

TEST_F(BlobStoreTest, CountsInTheBudget) {
  EXPECT_EQ(blobs_.Create(-1, 1).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(blobs_.Create(1001, 1).status().code(), Code::kResourceExhausted);
  const uint64_t blob = *blobs_.Create(1000, 1);
  EXPECT_EQ(budget_->used(), 1000);
  EXPECT_EQ(blobs_.Create(1, 1).status().code(), Code::kResourceExhausted);
  EXPECT_TRUE(blobs_.Delete(blob));
  EXPECT_FALSE(blobs_.Delete(blob));
  EXPECT_EQ(budget_->used(), 0);
}

TEST_F(BlobStoreTest, TakenAndDeletedBlobsAreGone) {
  const uint64_t blob = *blobs_.Create(2, 1);
  EXPECT_EQ(blobs_.Take(blob).status().code(), Code::kFailedPrecondition);
  ASSERT_TRUE(blobs_.Write(blob, 0, "xy").ok());
  const RefPtr<Buffer> taken = *blobs_.Take(blob);
  EXPECT_EQ(Content(taken), "xy");
  for (const uint64_t none : {blob, uint64_t{0}, uint64_t{77}}) {
    EXPECT_EQ(blobs_.Read(none).status().code(), Code::kNotFound);
    EXPECT_EQ(blobs_.Write(none, 0, "x").code(), Code::kNotFound);
    EXPECT_EQ(blobs_.GetProgress(none).status().code(), Code::kNotFound);
  }
}

TEST_F(BlobStoreTest, DownloadsHoldTheirMemory) {
  const RefPtr<Buffer> buffer = *Buffer::Allocate(pool_, 4);
  std::memcpy(buffer->data(), "abcd", 4);
  const uint64_t blob = *blobs_.Add(buffer, 1);
  const RefPtr<Buffer> read = *blobs_.Read(blob);
  EXPECT_TRUE(blobs_.Delete(blob));
  EXPECT_EQ(Content(read), "abcd");
  EXPECT_FALSE(read->IsUnique());
}

TEST_F(BlobStoreTest, EmptyBlobIsComplete) {
  const uint64_t blob = *blobs_.Create(0, 1);
  EXPECT_TRUE(blobs_.Write(blob, 0, "").ok());
  EXPECT_EQ((*blobs_.Read(blob))->size(), 0);
}

TEST_F(BlobStoreTest, NumberOfBlobsIsBounded) {
  BlobStore few(pool_, 3);
  const uint64_t first = *few.Create(0, 1);
  ASSERT_TRUE(few.Create(0, 2).ok());
  ASSERT_TRUE(few.Add(*Buffer::Allocate(pool_, 1), 1).ok());
  EXPECT_EQ(few.Create(0, 1).status().code(), Code::kResourceExhausted);
  EXPECT_EQ(few.Add(*Buffer::Allocate(pool_, 1), 1).status().code(), Code::kResourceExhausted);
  EXPECT_TRUE(few.Delete(first));
  EXPECT_TRUE(few.Create(0, 1).ok());
}

TEST_F(BlobStoreTest, BlobsGoWithTheirAttachment) {
  const uint64_t mine = *blobs_.Create(10, 1), other = *blobs_.Create(20, 2);
  ASSERT_TRUE(blobs_.Add(*Buffer::Allocate(pool_, 40), 1).ok());
  EXPECT_EQ(budget_->used(), 70);
  blobs_.DeleteOf(1);
  EXPECT_EQ(budget_->used(), 20);
  EXPECT_FALSE(blobs_.GetProgress(mine).ok());
  EXPECT_TRUE(blobs_.GetProgress(other).ok());
}

TEST_F(BlobStoreTest, OnlyTheLastUploadDeletesAStalledBlob) {
  const uint64_t blob = *blobs_.Create(6, 1);
  EXPECT_EQ(blobs_.BeginUpload(blob, 1).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(blobs_.BeginUpload(blob + 1, 0).status().code(), Code::kNotFound);
  const uint64_t first = *blobs_.BeginUpload(blob, 0);
  ASSERT_TRUE(blobs_.Write(blob, 0, "abc").ok());
  const uint64_t second = *blobs_.BeginUpload(blob, 3);
  blobs_.DeleteStalled(blob, first, 3);  // a newer call goes on, though it has sent nothing yet
  ASSERT_TRUE(blobs_.GetProgress(blob).ok());
  ASSERT_TRUE(blobs_.Write(blob, 3, "d").ok());
  blobs_.DeleteStalled(blob, second, 3);  // it was the older one that sent
  ASSERT_TRUE(blobs_.GetProgress(blob).ok());
  blobs_.DeleteStalled(blob, second, 4);
  EXPECT_FALSE(blobs_.GetProgress(blob).ok());
}

}  // namespace
}  // namespace gradd::server
