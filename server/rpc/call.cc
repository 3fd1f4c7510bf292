#include "server/rpc/call.h"

#include "proto/codec/status.h"

namespace gradd::server {

void Call::Finish(const absl::Status& status) { Finish(codec::EncodeStatus(status)); }

}  // namespace gradd::server
