#include "proto/codec/blob_chunk.h"

#include <random>

#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>

namespace gradd::codec {
namespace {

// Reads `bytes` in pieces of a few bytes, as slices of a buffer would come.
bool Append(const std::string& bytes, size_t limit, std::string* data) {
  google::protobuf::io::ArrayInputStream input(bytes.data(), static_cast<int>(bytes.size()), 7);
  return ReadBlobPart(&input, data->size(), limit,
                      [data](absl::string_view part) { data->append(part.data(), part.size()); });
}

std::string Chunk(int64_t offset, const std::string& data) {
  v1::ReadBlobResponse response;
  response.set_offset(offset);
  response.set_data(data);
  return response.SerializeAsString();
}

TEST(BlobChunk, AHeadAndDataAreARequest) {
  v1::WriteBlobRequest head;
  head.mutable_scope()->set_session_id("s/1");
  head.set_blob(3);
  head.set_offset(1000);
  const std::string data(300, 'x');
  v1::WriteBlobRequest parsed;
  ASSERT_TRUE(parsed.ParseFromString(WriteBlobHead(head, data.size()) + data));
  EXPECT_EQ(parsed.scope().session_id(), "s/1");
  EXPECT_EQ(parsed.blob(), 3u);
  EXPECT_EQ(parsed.offset(), 1000);
  EXPECT_EQ(parsed.data(), data);
  ASSERT_TRUE(parsed.ParseFromString(WriteBlobHead({}, 0)));
  EXPECT_EQ(parsed.data(), "");
}

TEST(BlobChunk, ChunksAreAppendedInOrder) {
  std::string data;
  EXPECT_TRUE(Append(Chunk(0, "hello "), 100, &data));
  EXPECT_TRUE(Append(Chunk(6, "a world in many pieces"), 100, &data));
  EXPECT_EQ(data, "hello a world in many pieces");
}

TEST(BlobChunk, AnythingElseIsRefused) {
  std::string data = "abc";
  EXPECT_FALSE(Append(Chunk(2, "x"), 100, &data));
  EXPECT_FALSE(Append(Chunk(4, "x"), 100, &data));
  EXPECT_FALSE(Append(Chunk(-1, "x"), 100, &data));
  EXPECT_FALSE(Append(Chunk(3, "xyz"), 5, &data));
  const std::string whole = Chunk(3, "xyz");
  EXPECT_FALSE(Append(whole.substr(0, whole.size() - 1), 100, &data));
  std::mt19937_64 random(1);
  for (int i = 0; i < 5000; ++i) {
    std::string bytes(random() % 20, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % 40);
    data = "abc";
    (void)Append(bytes, 100, &data);
    EXPECT_LE(data.size(), 100u);
  }
}

}  // namespace
}  // namespace gradd::codec
