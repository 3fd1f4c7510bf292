#include "server/security/token_list.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include <openssl/crypto.h>

#include "core/base/status.h"
#include "server/errors.h"
#include "server/limits.h"

namespace gradd::server {

absl::StatusOr<std::vector<std::pair<std::string, absl::Time>>> TokenList::Parse(
    absl::string_view text) {
  std::vector<std::pair<std::string, absl::Time>> tokens;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') continue;
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    absl::Time expiry = absl::InfiniteFuture();
    std::string why;
    const bool has_expiry = words.size() == 2;
    if (words.size() > 2 ||
        (has_expiry && !absl::ParseTime(absl::RFC3339_full, words[1], &expiry, &why))) {
      return InvalidArgument("TOKEN_FILE", "Line ", number,
                             ": expected a token and, perhaps, an RFC 3339 time. ", why);
    }
    if (words[0].size() < 16) {
      return InvalidArgument("TOKEN_FILE", "Line ", number,
                             ": a token of fewer than 16 characters can be guessed");
    }
    tokens.emplace_back(std::string(words[0]), expiry);
  }
  if (tokens.empty()) return InvalidArgument("TOKEN_FILE", "There is no token in it");
  return tokens;
}

absl::Status TokenList::Check(absl::string_view authorization) {
  absl::string_view given = authorization;
  if (!absl::ConsumePrefix(&given, "Bearer ")) return errors::NoToken();
  bool known = false, expired = false;
  // All of them, so that the time says nothing about which one was close.
  for (const auto& [token, expiry] : tokens_) {
    if (given.size() != token.size()) continue;
    if (CRYPTO_memcmp(given.data(), token.data(), token.size()) != 0) continue;
    known = true;
    expired = clock_.Now() >= expiry;
  }
  if (known && !expired) return absl::OkStatus();
  return Fail(known ? errors::ExpiredToken() : errors::WrongToken());
}

absl::Status TokenList::Fail(absl::Status status) {
  MutexLock lock(mutex_);
  const absl::Time now = clock_.Now();
  if (now - second_ >= absl::Seconds(1) || now < second_) {
    second_ = now;
    failures_ = 0;
  }
  if (++failures_ > limits::kTokenFailuresPerSecond) return errors::TooManyTokenFailures();
  return status;
}

}  // namespace gradd::server
