// Texts of a client that live on here.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace gradd::server {

// At most `limit` bytes of `text`, not ending inside a UTF-8 sequence.
inline std::string Beginning(absl::string_view text, size_t limit) {
  if (text.size() <= limit) return std::string(text);
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return std::string(text.substr(0, limit));
}

}  // namespace gradd::server
