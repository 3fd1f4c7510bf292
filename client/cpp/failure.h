// Errors inside the client: a status that knows the call it began with, until it is thrown.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "client/cpp/source_line.h"
#include "proto/codec/status.h"

namespace gradd {
inline namespace client {

// The same status, remembering its origin.
absl::Status WithOrigin(absl::Status status, const codec::ErrorOrigin& origin);

// Throws gradd::Error. An origin that the status remembers goes before `op` and `source`.
[[noreturn]] void Throw(const absl::Status& status, absl::string_view op, SourceLine source);
inline void ThrowIfError(const absl::Status& status, absl::string_view op, SourceLine source) {
  if (!status.ok()) Throw(status, op, source);
}

}  // namespace client
}  // namespace gradd
