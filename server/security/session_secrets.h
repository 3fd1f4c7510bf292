// Session ids and the secrets that prove somebody was given one.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

struct evp_mac_ctx_st;

namespace gradd::server {

// A secret is the HMAC-SHA256 of its id under a key that the process made for itself. So a secret
// is verified without looking the session up, and a caller without one learns nothing about which
// sessions exist. Thread-safe.
class SessionSecrets {
 public:
  // `instance` names this server in every id, so that a proxy can route by it.
  explicit SessionSecrets(std::string instance);
  ~SessionSecrets();
  SessionSecrets(const SessionSecrets&) = delete;
  SessionSecrets& operator=(const SessionSecrets&) = delete;

  // A new id, which nobody can guess.
  std::string NewId() const;
  std::string SecretOf(absl::string_view id) const;
  // In constant time.
  bool Verify(absl::string_view id, absl::string_view secret) const;

  const std::string& instance() const { return instance_; }

 private:
  const std::string instance_;
  evp_mac_ctx_st* const keyed_;  // copied for each use
};

// `bytes` of the system's randomness in hexadecimal.
std::string RandomHex(int bytes);

}  // namespace gradd::server
