#include "proto/codec/blob_chunk.h"

#include <algorithm>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace gradd::codec {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

constexpr uint32_t kOffsetTag = WireFormatLite::MakeTag(v1::ReadBlobResponse::kOffsetFieldNumber,
                                                        WireFormatLite::WIRETYPE_VARINT);
constexpr uint32_t kDataTag = WireFormatLite::MakeTag(v1::ReadBlobResponse::kDataFieldNumber,
                                                      WireFormatLite::WIRETYPE_LENGTH_DELIMITED);

bool AppendBytes(CodedInputStream& input, size_t size,
                 absl::FunctionRef<void(absl::string_view)> append) {
  while (size > 0) {
    const void* part = nullptr;
    int part_size = 0;
    if (!input.GetDirectBufferPointer(&part, &part_size)) return false;
    const size_t taken = std::min(size, static_cast<size_t>(part_size));
    append({static_cast<const char*>(part), taken});
    size -= taken;
    if (!input.Skip(static_cast<int>(taken))) return false;
  }
  return true;
}

}  // namespace

std::string WriteBlobHead(const v1::WriteBlobRequest& head, size_t size) {
  std::string text = head.SerializeAsString();
  uint8_t frame[16];
  uint8_t* at = CodedOutputStream::WriteTagToArray(
      WireFormatLite::MakeTag(v1::WriteBlobRequest::kDataFieldNumber,
                              WireFormatLite::WIRETYPE_LENGTH_DELIMITED),
      frame);
  at = CodedOutputStream::WriteVarint64ToArray(size, at);
  text.append(reinterpret_cast<const char*>(frame), static_cast<size_t>(at - frame));
  return text;
}

bool ReadBlobPart(google::protobuf::io::ZeroCopyInputStream* message, size_t at, size_t limit,
                  absl::FunctionRef<void(absl::string_view)> append) {
  CodedInputStream input(message);
  uint64_t offset = 0;
  // Fields come in the order of their numbers: the offset is known before the data.
  while (const uint32_t tag = input.ReadTag()) {
    if (tag == kOffsetTag) {
      if (!input.ReadVarint64(&offset)) return false;
    } else if (tag == kDataTag) {
      uint32_t size = 0;
      if (!input.ReadVarint32(&size)) return false;
      if (offset != at || size > limit - at) return false;
      if (!AppendBytes(input, size, append)) return false;
      at += size;
    } else if (!WireFormatLite::SkipField(&input, tag)) {
      return false;
    }
  }
  return input.ConsumedEntireMessage();
}

}  // namespace gradd::codec
