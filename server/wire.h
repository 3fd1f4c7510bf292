// The few bytes of the protobuf wire format that we write ourselves, around data that is not
// copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace gradd::server {

inline constexpr uint32_t kVarintField = 0;
inline constexpr uint32_t kLengthField = 2;

constexpr uint32_t WireTag(int field, uint32_t type) {
  return static_cast<uint32_t>(field) << 3 | type;
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
