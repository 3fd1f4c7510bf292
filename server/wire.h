// The little of the protobuf wire format that we read and write ourselves, around data that is not
// copied or not wanted.
#pragma once

#include <climits>
#include <cstddef>
#include <cstdint>
#include <string>

#include <google/protobuf/io/coded_stream.h>

namespace gradd::server {

inline constexpr uint32_t kVarintField = 0;
inline constexpr uint32_t kFixed64Field = 1;
inline constexpr uint32_t kLengthField = 2;
inline constexpr uint32_t kFixed32Field = 5;

constexpr uint32_t WireTag(int field, uint32_t type) {
  return static_cast<uint32_t>(field) << 3 | type;
}

// Passes over the value of a field whose tag was read. False for what is no field of proto3.
inline bool SkipField(google::protobuf::io::CodedInputStream& input, uint32_t tag) {
  uint64_t number;
  uint32_t length;
  switch (tag & 7) {
    case kVarintField:
      return input.ReadVarint64(&number);
    case kFixed64Field:
      return input.Skip(8);
    case kLengthField:
      return input.ReadVarint32(&length) && length <= INT_MAX &&
             input.Skip(static_cast<int>(length));
    case kFixed32Field:
      return input.Skip(4);
    default:  // groups are not part of proto3
      return false;
  }
}

inline void AppendVarint(uint64_t value, std::string* out) {
  for (; value >= 0x80; value >>= 7) out->push_back(static_cast<char>(value | 0x80));
  out->push_back(static_cast<char>(value));
}

// A field that is a number.
inline void AppendNumber(int field, uint64_t value, std::string* out) {
  AppendVarint(WireTag(field, kVarintField), out);
  AppendVarint(value, out);
}

// The head of a field whose `length` bytes follow.
inline void AppendHead(int field, size_t length, std::string* out) {
  AppendVarint(WireTag(field, kLengthField), out);
  AppendVarint(length, out);
}

}  // namespace gradd::server
