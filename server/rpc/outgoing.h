// What we send, in gRPC's terms.
#pragma once

#include "absl/strings/cord.h"
#include "google/rpc/status.pb.h"
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

namespace gradd::server {

// The cord's memory is sent as it is, and held until gRPC is done with it.
grpc::ByteBuffer ToByteBuffer(const absl::Cord& message);

// The one place where our errors become gRPC's: code and text, and all of google.rpc.Status as
// details.
grpc::Status ToGrpcStatus(const google::rpc::Status& status);

}  // namespace gradd::server
