#include "server/security/session_secrets.h"

#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

namespace gradd::server {
namespace {

constexpr size_t kSecretBytes = 32;

struct FreeMacContext {
  void operator()(EVP_MAC_CTX* mac) const { EVP_MAC_CTX_free(mac); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeMacContext>;

std::string RandomBytes(int count) {
  std::string bytes(count, '\0');
  const int made = RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), count);
  // Without randomness there are no secrets, and no service.
  if (made != 1) std::abort();
  return bytes;
}

EVP_MAC_CTX* MakeKeyed() {
  EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  EVP_MAC_CTX* const keyed = EVP_MAC_CTX_new(hmac);
  EVP_MAC_free(hmac);
  std::string digest = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  const std::string key = RandomBytes(kSecretBytes);
  const auto* const key_bytes = reinterpret_cast<const unsigned char*>(key.data());
  if (EVP_MAC_init(keyed, key_bytes, key.size(), parameters) != 1) std::abort();
  return keyed;
}

}  // namespace

SessionSecrets::SessionSecrets(std::string instance)
    : instance_(std::move(instance)), keyed_(MakeKeyed()) {}

SessionSecrets::~SessionSecrets() { EVP_MAC_CTX_free(keyed_); }

std::string SessionSecrets::NewId() const { return absl::StrCat(instance_, "-", RandomHex(12)); }

std::string SessionSecrets::SecretOf(absl::string_view id) const {
  const MacContext mac(EVP_MAC_CTX_dup(keyed_));
  std::string secret(kSecretBytes, '\0');
  size_t size = 0;
  const bool done = mac != nullptr &&
                    EVP_MAC_update(mac.get(), reinterpret_cast<const unsigned char*>(id.data()),
                                   id.size()) == 1 &&
                    EVP_MAC_final(mac.get(), reinterpret_cast<unsigned char*>(secret.data()), &size,
                                  secret.size()) == 1;
  // An empty secret verifies nothing.
  return done ? secret : std::string();
}

bool SessionSecrets::Verify(absl::string_view id, absl::string_view secret) const {
  const std::string expected = SecretOf(id);
  // The length is no secret.
  return expected.size() == kSecretBytes && secret.size() == kSecretBytes &&
         CRYPTO_memcmp(expected.data(), secret.data(), kSecretBytes) == 0;
}

std::string RandomHex(int bytes) { return absl::BytesToHexString(RandomBytes(bytes)); }

}  // namespace gradd::server
