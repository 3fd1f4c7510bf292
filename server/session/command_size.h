// Commands that would become far more memory than their bytes are refused before they are parsed.
#pragma once

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/zero_copy_stream.h>

#include "server/limits.h"

namespace gradd::server {

// A message within another takes two bytes or more, so smaller ones need no look.
inline constexpr size_t kSmallCommandBytes = 2 * limits::kCallsPerCommand;

// Counts the calls and messages within a serialized message of `type`, a Command or the request of
// a unary call. RESOURCE_EXHAUSTED for too many; INTERNAL for bytes that are no such message (but
// not for all of them: the parser sees the rest).
absl::Status CheckCommandSize(const google::protobuf::Descriptor& type,
                              google::protobuf::io::ZeroCopyInputStream& bytes);
absl::Status CheckCommandSize(const google::protobuf::Descriptor& type, absl::string_view bytes);

}  // namespace gradd::server
