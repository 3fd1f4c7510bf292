#include "server/rpc/message.h"

#include <random>
#include <string>

#include "absl/strings/cord.h"
#include "gtest/gtest.h"

#include "gradd/v1/blob.pb.h"
#include "server/handlers/blob_upload.h"
#include "server/rpc/outgoing.h"

namespace gradd::server {
namespace {

// The bytes as gRPC may deliver them: in pieces anywhere.
Message InPieces(const std::string& bytes, std::mt19937& random) {
  std::vector<grpc::Slice> pieces;
  for (size_t at = 0; at < bytes.size();) {
    const size_t size = std::min<size_t>(random() % 20, bytes.size() - at);
    pieces.emplace_back(bytes.data() + at, size);
    at += size;
  }
  return Message(grpc::ByteBuffer(pieces.data(), pieces.size()));
}

TEST(Message, IsTheSameInOnePieceOrMany) {
  std::mt19937 random(3);
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += static_cast<char>(random());
  Message message = InPieces(bytes, random);
  EXPECT_EQ(message.size(), 1000);
  EXPECT_EQ(message.Flat(), bytes);
  EXPECT_EQ(message.Flat(), bytes);
  EXPECT_EQ(message.size(), 1000);
  EXPECT_EQ(Message().Flat(), "");
  EXPECT_EQ(Message::Of("abc").Flat(), "abc");
}

TEST(UploadChunk, SeesWhatProtobufSeesWhereverItIsCut) {
  std::mt19937 random(5);
  for (int round = 0; round < 500; ++round) {
    v1::WriteBlobRequest request;
    request.mutable_scope()->set_session_id("session");
    request.mutable_scope()->set_secret(std::string(32, 's'));
    request.set_blob(random());
    request.set_offset(round % 2 == 0 ? -1 : static_cast<int64_t>(random()) << 20);
    request.set_data(std::string(random() % 300, 'd'));
    const Message message = InPieces(request.SerializeAsString(), random);
    const std::vector<grpc::Slice> pieces = message.Pieces();
    UploadChunk chunk;
    ASSERT_TRUE(chunk.Parse(pieces));
    ASSERT_TRUE(chunk.scope);
    EXPECT_EQ(chunk.scope->SerializeAsString(), request.scope().SerializeAsString());
    EXPECT_EQ(chunk.blob, request.blob());
    EXPECT_EQ(chunk.offset, request.offset());
    std::string data;
    for (const absl::string_view piece : chunk.data) data.append(piece.data(), piece.size());
    EXPECT_EQ(data, request.data());
    EXPECT_EQ(chunk.data_bytes, static_cast<int64_t>(data.size()));
  }
}

TEST(UploadChunk, RefusesWhatIsCutOff) {
  std::mt19937 random(5);
  v1::WriteBlobRequest request;
  request.mutable_scope()->set_session_id("session");
  request.set_blob(7);
  request.set_data("data");
  const std::string bytes = request.SerializeAsString();
  for (int round = 0; round < 5000; ++round) {
    std::string cut = bytes.substr(0, random() % bytes.size());
    if (round % 2 == 0 && !cut.empty()) cut[random() % cut.size()] = static_cast<char>(random());
    const Message message = InPieces(cut, random);
    const std::vector<grpc::Slice> pieces = message.Pieces();
    UploadChunk chunk;
    v1::WriteBlobRequest parsed;
    if (chunk.Parse(pieces) && parsed.ParseFromString(cut)) {
      EXPECT_EQ(chunk.data_bytes, static_cast<int64_t>(parsed.data().size()));
    }
  }
}

TEST(Outgoing, CordsOfAnySizeArriveWhole) {
  for (const size_t size : {0u, 10u, 4096u, 4097u, 100'000u}) {
    absl::Cord cord;
    for (size_t i = 0; i < size; i += 10'000) {
      cord.Append(
          std::string(std::min<size_t>(10'000, size - i), static_cast<char>('a' + i / 10'000)));
    }
    const std::string expected(cord);
    Message message(ToByteBuffer(cord));
    cord.Clear();
    EXPECT_EQ(message.Flat(), expected);
  }
}

}  // namespace
}  // namespace gradd::server
