#include "client/cpp/source_line.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace gradd {
inline namespace client {

std::string SourceLine::ToString() const {
  if (file == nullptr) return "";
  absl::string_view name = file;
  if (const size_t slash = name.rfind('/'); slash != absl::string_view::npos) {
    name.remove_prefix(slash + 1);
  }
  return absl::StrCat(name, ":", line);
}

}  // namespace client
}  // namespace gradd
