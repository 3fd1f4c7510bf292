#include "server/rpc/message.h"

#include <algorithm>

namespace gradd::server {

Message Message::Of(absl::string_view bytes) {
  const grpc::Slice slice(bytes.data(), bytes.size());
  return Message(grpc::ByteBuffer(&slice, 1));
}

absl::string_view Message::Flat() {
  if (!is_flat_ && bytes_.Valid()) {
    if (!bytes_.TrySingleSlice(&flat_).ok()) {
      (void)bytes_.DumpToSingleSlice(&flat_);
      bytes_ = grpc::ByteBuffer(&flat_, 1);
    }
    is_flat_ = true;
  }
  return ViewOf(flat_);
}

std::vector<grpc::Slice> Message::Pieces() const {
  std::vector<grpc::Slice> pieces;
  if (bytes_.Valid()) (void)bytes_.Dump(&pieces);
  return pieces;
}

bool PiecesStream::Next(const void** data, int* size) {
  while (piece_ < pieces_.size() && offset_ == pieces_[piece_].size()) {
    before_ += static_cast<int64_t>(offset_);
    offset_ = 0;
    ++piece_;
  }
  if (piece_ == pieces_.size()) return false;
  *data = pieces_[piece_].begin() + offset_;
  *size = static_cast<int>(pieces_[piece_].size() - offset_);
  offset_ = pieces_[piece_].size();
  return true;
}

bool PiecesStream::Skip(int count) {
  const void* data;
  int size;
  while (count > 0) {
    if (!Next(&data, &size)) return false;
    if (size > count) BackUp(size - count);
    count -= std::min(size, count);
  }
  return true;
}

}  // namespace gradd::server
