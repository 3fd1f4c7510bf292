// Small files that an operator names.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace gradd::server {

// The whole of a file of at most 1 MiB. FAILED_PRECONDITION that names the file and says why.
absl::StatusOr<std::string> ReadSmallFile(const std::string& path);

}  // namespace gradd::server
