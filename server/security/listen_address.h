// Where the server listens.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace gradd::server {

struct ListenAddress {
  bool is_unix = false;
  std::string host;  // of a unix socket, its path
  int port = 0;      // 0: one that is free

  // Only processes of this machine can connect.
  bool is_local() const;
  // "127.0.0.1:50051", "[::1]:50051", "unix:/run/gradd.sock"
  std::string ToString() const;
};

// "HOST:PORT", "[V6]:PORT" or "unix:PATH". INVALID_ARGUMENT that says what is wrong.
absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text);

}  // namespace gradd::server
