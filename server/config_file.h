// --config: flags in protobuf's text format.
#pragma once

#include <string>

#include "absl/status/status.h"

#include "server/config.h"

namespace gradd::server {

// Sets what the file names; its fields are the flags (AllFlags): a string, bool or number,
// durations as strings ("30s"), lists by repeating the field. INVALID_ARGUMENT with line and
// column.
absl::Status ReadConfigFile(const std::string& path, Config& config);
absl::Status ReadConfigText(const std::string& text, const std::string& name, Config& config);

}  // namespace gradd::server
