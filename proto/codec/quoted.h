// Texts of a peer inside our error texts.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace gradd::codec {

// `text` in quotes, as printable ASCII and cut where it is long: whatever a peer calls its things,
// an error text stays one short line of valid UTF-8.
std::string Quoted(absl::string_view text);

}  // namespace gradd::codec
