// absl::Status <-> google.rpc.Status, with what Gradd adds to it.
//
// On the wire an error carries google.rpc.ErrorInfo (our reason, domain "gradd", metadata op,
// handle and source) and, when it has an origin, gradd.v1.RootCause. Payloads of a status under
// "type.googleapis.com/..." travel as details of that type, in both directions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/rpc/status.pb.h"

namespace gradd::codec {

// The command that an error comes from. Empty and 0: not known.
struct ErrorOrigin {
  std::string op;      // or the kind of command: "backward"
  std::string source;  // the client's line, "train.cc:42"
  uint64_t handle = 0;
  uint64_t sequence = 0;

  bool operator==(const ErrorOrigin&) const = default;
};

// Overlong texts are cut, so that a status always fits into the trailers of an RPC.
google::rpc::Status EncodeStatus(const absl::Status& status, const ErrorOrigin& origin = {});

// The same as the bytes of a google.rpc.Status: what the trailer grpc-status-details-bin holds.
std::string EncodeStatusDetails(const absl::Status& status, const ErrorOrigin& origin = {});

// Never OK for a message whose code is not. Sets `origin` to what the details tell of it.
absl::Status DecodeStatus(const google::rpc::Status& message, ErrorOrigin* origin = nullptr);

// As DecodeStatus for a failed RPC. `details` may be empty or anything else.
absl::Status DecodeStatusDetails(int code, absl::string_view text, absl::string_view details,
                                 ErrorOrigin* origin = nullptr);

// Details that some errors carry.
absl::Status WithRetryDelay(absl::Status status, absl::Duration delay);
std::optional<absl::Duration> RetryDelay(const absl::Status& status);
// `subject`: the quota that is used up, "session:tensors".
absl::Status WithQuotaViolation(absl::Status status, absl::string_view subject,
                                absl::string_view description);
// `field`: the path of the offending field, "calls[2].inputs[0]".
absl::Status WithFieldViolation(absl::Status status, absl::string_view field,
                                absl::string_view description);

}  // namespace gradd::codec
