// A received message, still in the pieces in which it came.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include <google/protobuf/io/zero_copy_stream.h>
#include <grpcpp/support/byte_buffer.h>

namespace gradd::server {

class Message {
 public:
  Message() = default;
  explicit Message(grpc::ByteBuffer bytes) : bytes_(std::move(bytes)) {}
  static Message Of(absl::string_view bytes);

  int64_t size() const { return static_cast<int64_t>(bytes_.Length()); }
  // The bytes in one piece; copies them if they came in several. Good as long as this is.
  absl::string_view Flat();
  // The pieces themselves; each holds a reference to its bytes.
  std::vector<grpc::Slice> Pieces() const;

 private:
  grpc::ByteBuffer bytes_;
  grpc::Slice flat_;
  bool is_flat_ = false;
};

inline absl::string_view ViewOf(const grpc::Slice& piece) {
  return {reinterpret_cast<const char*>(piece.begin()), piece.size()};
}

// Lets protobuf read pieces without joining them. The pieces outlive it.
class PiecesStream final : public google::protobuf::io::ZeroCopyInputStream {
 public:
  explicit PiecesStream(const std::vector<grpc::Slice>& pieces) : pieces_(pieces) {}

  bool Next(const void** data, int* size) override;
  void BackUp(int count) override { offset_ -= count; }
  bool Skip(int count) override;
  int64_t ByteCount() const override { return before_ + static_cast<int64_t>(offset_); }

 private:
  const std::vector<grpc::Slice>& pieces_;
  size_t piece_ = 0;    // the one being read
  size_t offset_ = 0;   // in it
  int64_t before_ = 0;  // bytes of earlier ones
};

}  // namespace gradd::server
