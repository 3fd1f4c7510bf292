#include "proto/codec/quoted.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace gradd::codec {

std::string Quoted(absl::string_view text) {
  constexpr size_t kLongest = 64;
  const bool cut = text.size() > kLongest;
  return absl::StrCat("'", absl::CHexEscape(text.substr(0, kLongest)), cut ? "..." : "", "'");
}

}  // namespace gradd::codec
