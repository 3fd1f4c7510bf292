// grpc::Status as ours.
#pragma once

#include "absl/status/status.h"
#include <grpcpp/support/status.h>

#include "proto/codec/status.h"

namespace gradd {
inline namespace client {

inline absl::Status FromRpcStatus(const grpc::Status& status,
                                  codec::ErrorOrigin* origin = nullptr) {
  return codec::DecodeStatusDetails(static_cast<int>(status.error_code()), status.error_message(),
                                    status.error_details(), origin);
}

// Trying again can do no better.
inline bool IsFinal(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kUnimplemented:
      return true;
    default:
      return false;
  }
}

}  // namespace client
}  // namespace gradd
