// The gRPC channel to a server, as connection options describe it.
#pragma once

#include <memory>

#include <grpcpp/channel.h>

#include "client/cpp/connection_options.h"
#include "client/cpp/service.h"

namespace gradd {
inline namespace client {

// Connects when it is first used.
std::shared_ptr<grpc::Channel> MakeChannel(const ConnectionOptions& options);
// What goes with every call: the token.
Service::Metadata MakeMetadata(const ConnectionOptions& options);

}  // namespace client
}  // namespace gradd
