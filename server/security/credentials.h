// What a port asks of who connects.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include <grpcpp/security/server_credentials.h>

namespace gradd::server {

// Paths of PEM files; empty: not given.
struct TlsFiles {
  std::string certificate;
  std::string key;
  std::string client_ca;  // clients need a certificate that this signed

  bool enabled() const { return !certificate.empty() || !key.empty() || !client_ca.empty(); }
};

// Null without TLS. FAILED_PRECONDITION that names the file that is missing or no PEM.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeTlsCredentials(const TlsFiles& files);

}  // namespace gradd::server
