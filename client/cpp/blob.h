// Data too large for the command stream, moved in chunks and resumed where a connection broke.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "client/cpp/host_bytes.h"
#include "client/cpp/remote_session.h"

namespace gradd {
inline namespace client {

// Returns the number of a complete blob.
absl::StatusOr<uint64_t> UploadBlob(RemoteSession& session, absl::string_view data);

// The blob's bytes, `size` of them; the server then forgets it.
absl::StatusOr<HostBytes> DownloadBlob(RemoteSession& session, uint64_t blob, int64_t size);

}  // namespace client
}  // namespace gradd
