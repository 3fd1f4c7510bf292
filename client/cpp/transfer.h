// Tensors' data to the server and back, inside commands or beside them.
#pragma once

#include "absl/strings/string_view.h"

#include "client/cpp/host_tensor.h"
#include "client/cpp/remote_value.h"
#include "client/cpp/source_line.h"

namespace gradd {
inline namespace client {

// Waits for the tensor's data.
HostTensor FetchTensor(const RemoteValue& value, SourceLine source);

// Makes a tensor of row-major data. Waits only for data too large for a command.
Value CreateTensor(RemoteSession& session, const TensorSpec& spec, absl::string_view data,
                   bool requires_grad, SourceLine source);

}  // namespace client
}  // namespace gradd
