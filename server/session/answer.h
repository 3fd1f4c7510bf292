// What a command came to, as bytes that are kept and sent without another copy.
#pragma once

#include "absl/strings/cord.h"

#include "gradd/v1/command.pb.h"

namespace gradd::server {

// `result` as an element of ExecuteResponse.results: tag, length, message. Empty when it says no
// more than that the command came to OK. Takes large data out of `result`.
absl::Cord EncodeAnswer(v1::Result* result);
// The message in what EncodeAnswer made.
bool DecodeAnswer(const absl::Cord& answer, v1::Result* result);

}  // namespace gradd::server
