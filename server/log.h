// The server's log, to standard error. Texts that come from clients are escaped by who logs them
// (proto/codec/quoted.h).
#pragma once

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace gradd::server {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

void Log(LogLevel level, absl::string_view text);
// Sends what protobuf says about malformed messages into the debug log: clients could fill ours.
void QuietProtobuf();
// "debug", "info", "warn", "error" or "off"; false for anything else.
bool SetLogLevel(absl::string_view level);

template <class... Parts>
void LogInfo(const Parts&... parts) {
  Log(LogLevel::kInfo, absl::StrCat(parts...));
}
template <class... Parts>
void LogWarning(const Parts&... parts) {
  Log(LogLevel::kWarning, absl::StrCat(parts...));
}
template <class... Parts>
void LogError(const Parts&... parts) {
  Log(LogLevel::kError, absl::StrCat(parts...));
}

}  // namespace gradd::server
