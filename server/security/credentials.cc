#include "server/security/credentials.h"

#include "absl/strings/match.h"

#include "core/base/status.h"
#include "server/security/file.h"

namespace gradd::server {
namespace {

absl::StatusOr<std::string> ReadPem(const std::string& path, absl::string_view marker) {
  GRADD_ASSIGN_OR_RETURN(std::string pem, ReadSmallFile(path));
  if (!absl::StrContains(pem, marker)) {
    return FailedPrecondition("TLS_FILE", path, " has no '", marker, "' in it");
  }
  return pem;
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeTlsCredentials(const TlsFiles& files) {
  if (!files.enabled()) return std::shared_ptr<grpc::ServerCredentials>();
  if (files.certificate.empty() || files.key.empty()) {
    return FailedPrecondition("TLS_FILE", "TLS needs both --tls_cert and --tls_key");
  }
  grpc::SslServerCredentialsOptions options(
      files.client_ca.empty() ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                              : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  grpc::SslServerCredentialsOptions::PemKeyCertPair pair;
  GRADD_ASSIGN_OR_RETURN(pair.private_key, ReadPem(files.key, "PRIVATE KEY"));
  GRADD_ASSIGN_OR_RETURN(pair.cert_chain, ReadPem(files.certificate, "BEGIN CERTIFICATE"));
  options.pem_key_cert_pairs.push_back(std::move(pair));
  if (!files.client_ca.empty()) {
    GRADD_ASSIGN_OR_RETURN(options.pem_root_certs, ReadPem(files.client_ca, "BEGIN CERTIFICATE"));
  }
  return grpc::SslServerCredentials(options);
}

}  // namespace gradd::server
