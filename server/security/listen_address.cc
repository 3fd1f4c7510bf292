#include "server/security/listen_address.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "core/base/status.h"

namespace gradd::server {
namespace {

constexpr size_t kLongestUnixPath = 107;

absl::Status Refuse(absl::string_view text, absl::string_view why) {
  return InvalidArgument("LISTEN_ADDRESS", "'", text, "' is no address to listen on: ", why);
}

}  // namespace

bool ListenAddress::is_local() const {
  return is_unix || host == "localhost" || host == "::1" ||
         (absl::StartsWith(host, "127.") &&
          host.find_first_not_of("0123456789.") == std::string::npos);
}

std::string ListenAddress::ToString() const {
  if (is_unix) return absl::StrCat("unix:", host);
  const bool is_v6 = absl::StrContains(host, ":");
  return absl::StrCat(is_v6 ? "[" : "", host, is_v6 ? "]:" : ":", port);
}

absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text) {
  ListenAddress address;
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, "unix:")) {
    address.is_unix = true;
    address.host = std::string(rest);
    if (rest.empty() || rest.size() > kLongestUnixPath) {
      return Refuse(text, "a unix socket's path has 1 to 107 bytes");
    }
    return address;
  }
  const size_t colon = rest.rfind(':');
  if (colon == absl::string_view::npos) return Refuse(text, "expected HOST:PORT or unix:PATH");
  if (!absl::SimpleAtoi(rest.substr(colon + 1), &address.port) || address.port < 0 ||
      address.port > 65535) {
    return Refuse(text, "the port is a number from 0 to 65535");
  }
  absl::string_view host = rest.substr(0, colon);
  if (absl::ConsumePrefix(&host, "[")) {
    if (!absl::ConsumeSuffix(&host, "]")) return Refuse(text, "'[' without ']'");
  } else if (absl::StrContains(host, ":")) {
    return Refuse(text, "an IPv6 host is written [HOST]:PORT");
  }
  if (host.empty()) return Refuse(text, "the host is missing; 0.0.0.0 is every interface");
  address.host = std::string(host);
  return address;
}

}  // namespace gradd::server
