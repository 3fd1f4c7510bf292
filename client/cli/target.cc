#include "client/cli/target.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "client/cpp/channel.h"

namespace gradd::cli {
namespace {

constexpr int kMetricsPort = 9464;

std::string ReadFile(const CommandLine& line, const std::string& flag) {
  if (!line.Has(flag)) return "";
  std::ifstream file(line.Get(flag));
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    throw UsageError(absl::StrCat("--", flag, ": cannot read ", line.Get(flag)));
  }
  return text.str();
}

std::string Token(const CommandLine& line) {
  if (line.Has("token_file")) {
    const std::string text = ReadFile(line, "token_file");
    return std::string(absl::StripAsciiWhitespace(text.substr(0, text.find('\n'))));
  }
  const char* const token = std::getenv("GRADD_TOKEN");
  return token == nullptr ? "" : token;
}

// "dns:///[::1]:50051" has the host "[::1]"; a socket's is this machine.
std::string HostOf(const std::string& target) {
  if (absl::StartsWith(target, "unix:")) return "127.0.0.1";
  const size_t scheme = target.rfind('/');
  const std::string address = scheme == std::string::npos ? target : target.substr(scheme + 1);
  const size_t bracket = address.find(']');
  if (bracket != std::string::npos) return address.substr(0, bracket + 1);
  return address.substr(0, address.find(':'));
}

}  // namespace

std::vector<Flag> WithTargetFlags(std::vector<Flag> flags) {
  const std::vector<Flag> target = {
      {"target", "HOST:PORT", "The server, also unix:PATH; otherwise $GRADD_TARGET."},
      {"timeout", "SECONDS", "How long to wait for it: 10 unless given."},
      {"token_file", "FILE", "Whose first line is the bearer token; otherwise $GRADD_TOKEN."},
      {"tls", "", "Encrypt, and trust the system's certificates."},
      {"tls_ca", "FILE", "Encrypt, and trust the PEM certificates of the file."},
      {"tls_cert", "FILE", "PEM certificate of this client, where the server asks for one."},
      {"tls_key", "FILE", "PEM private key of that certificate."},
      {"tls_server_name", "NAME", "The name that the server's certificate has."},
  };
  flags.insert(flags.end(), target.begin(), target.end());
  return flags;
}

std::vector<Flag> WithMetricsFlags(std::vector<Flag> flags) {
  flags.push_back(
      {"metrics", "URL", "The server's metrics; otherwise port 9464 of the target's host."});
  return WithTargetFlags(std::move(flags));
}

ConnectionOptions OptionsFrom(const CommandLine& line) {
  ConnectionOptions options;
  options.target = line.Get("target");
  options.connect_timeout =
      std::chrono::milliseconds(static_cast<int64_t>(line.GetPositive("timeout", 10) * 1000));
  options.reconnect_timeout = options.connect_timeout;
  options.token = Token(line);
  options.sync = false;
  if (line.Has("tls_cert") != line.Has("tls_key")) {
    throw UsageError("--tls_cert and --tls_key go together");
  }
  for (const char* flag : {"tls", "tls_ca", "tls_cert", "tls_server_name"}) {
    if (!line.Has(flag)) continue;
    ConnectionOptions::Tls tls;
    tls.root_certificates = ReadFile(line, "tls_ca");
    tls.certificate = ReadFile(line, "tls_cert");
    tls.private_key = ReadFile(line, "tls_key");
    tls.server_name = line.Get("tls_server_name");
    options.tls = std::move(tls);
    break;
  }
  return WithEnvironment(std::move(options));
}

std::string MetricsUrl(const CommandLine& line) {
  std::string url = line.Get("metrics");
  if (url.empty()) url = absl::StrCat(HostOf(OptionsFrom(line).target), ":", kMetricsPort);
  if (!absl::StrContains(url, "://")) url = absl::StrCat("http://", url);
  const size_t path = url.find('/', url.find("://") + 3);
  return path == std::string::npos ? absl::StrCat(url, "/metrics") : url;
}

Service ServiceOf(const ConnectionOptions& options) {
  return Service(MakeChannel(options), MakeMetadata(options));
}

void Fail(const absl::Status& status, const ConnectionOptions& options) {
  const bool silent = status.code() == absl::StatusCode::kUnavailable ||
                      status.code() == absl::StatusCode::kDeadlineExceeded;
  throw std::runtime_error(
      silent ? absl::StrCat("no server answers at ", options.target, ": ", status.message())
             : std::string(status.message()));
}

}  // namespace gradd::cli
