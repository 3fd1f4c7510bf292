#include "server/config_flags.h"

#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "core/base/checked.h"
#include "core/base/status.h"

namespace gradd::server {
namespace {

// "10", "8GiB"
std::optional<int64_t> ParseNumber(absl::string_view text) {
  int64_t unit = 1;
  if (absl::ConsumeSuffix(&text, "KiB")) unit = int64_t{1} << 10;
  if (absl::ConsumeSuffix(&text, "MiB")) unit = int64_t{1} << 20;
  if (absl::ConsumeSuffix(&text, "GiB")) unit = int64_t{1} << 30;
  int64_t number;
  if (!absl::SimpleAtoi(text, &number)) return std::nullopt;
  return CheckedMultiply(number, unit);
}

struct Setter {
  const Flag& flag;
  absl::string_view text;
  bool replace;
  Config& config;

  absl::Status Refuse(absl::string_view wanted) const {
    return InvalidArgument("FLAG", "--", flag.name, "=", text, ": expected ", wanted);
  }
  absl::Status operator()(std::string Config::*field) const {
    config.*field = std::string(text);
    return absl::OkStatus();
  }
  absl::Status operator()(bool Config::*field) const {
    return absl::SimpleAtob(text, &(config.*field)) ? absl::OkStatus() : Refuse("true or false");
  }
  absl::Status operator()(int64_t Config::*field) const {
    const std::optional<int64_t> number = ParseNumber(text);
    if (!number) return Refuse("a number such as 100 or 8GiB");
    config.*field = *number;
    return absl::OkStatus();
  }
  absl::Status operator()(absl::Duration Config::*field) const {
    return absl::ParseDuration(text, &(config.*field)) ? absl::OkStatus()
                                                       : Refuse("a duration such as 30s or 5m");
  }
  absl::Status operator()(std::vector<std::string> Config::*field) const {
    if (replace) (config.*field).clear();
    for (const absl::string_view item : absl::StrSplit(text, ',', absl::SkipEmpty())) {
      (config.*field).emplace_back(item);
    }
    return absl::OkStatus();
  }
};

struct Shower {
  const Config& config;

  std::string operator()(std::string Config::*field) const { return config.*field; }
  std::string operator()(bool Config::*field) const { return config.*field ? "true" : "false"; }
  std::string operator()(int64_t Config::*field) const { return absl::StrCat(config.*field); }
  std::string operator()(absl::Duration Config::*field) const {
    return absl::FormatDuration(config.*field);
  }
  std::string operator()(std::vector<std::string> Config::*field) const {
    return absl::StrJoin(config.*field, ",");
  }
};

}  // namespace

absl::Status Flag::Set(absl::string_view text, bool replace, Config& config) const {
  return std::visit(Setter{*this, text, replace, config}, field);
}

std::string Flag::Show(const Config& config) const { return std::visit(Shower{config}, field); }

const std::vector<Flag>& AllFlags() {
  static const auto* const kFlags = new std::vector<Flag>{
      {"listen", "ADDRESS",
       "HOST:PORT or unix:PATH; several by commas or by repeating the flag. "
       "Port 0 chooses one.",
       &Config::listen},
      {"metrics", "HOST:PORT", "Where Prometheus scrapes, or off.", &Config::metrics},
      {"op_metrics", "", "Time every op. --noop_metrics turns that off.", &Config::op_metrics},
      {"insecure", "", "Allow plaintext beyond loopback: the network itself is trusted.",
       &Config::insecure},
      {"tls_cert", "FILE", "PEM certificate chain; encrypts every TCP port.", &Config::tls_cert},
      {"tls_key", "FILE", "PEM private key of the certificate.", &Config::tls_key},
      {"tls_client_ca", "FILE", "PEM certificates; clients need one that these signed.",
       &Config::tls_client_ca},
      {"token_file", "FILE",
       "Bearer tokens, one a line, each with an optional RFC 3339 time of "
       "expiry after a space. Callers need one.",
       &Config::token_file},
      {"instance", "NAME", "Begins every session id. Chosen at random if not given.",
       &Config::instance},
      {"device", "DEVICE", "Default device of sessions.", &Config::device},
      {"sim", "", "Add the device sim:0, the processor behind an asynchronous stream.",
       &Config::sim},
      {"backend_module", "FILE",
       "A shared library with more devices; several by commas or by repeating the flag.",
       &Config::backend_module},
      {"reflection", "", "Serve gRPC reflection, for tools such as grpcurl.", &Config::reflection},
      {"lease", "DURATION", "How long a session outlives its last sign of life.", &Config::lease},
      {"max_lease", "DURATION", "The longest lease that a client may ask for.", &Config::max_lease},
      {"max_sessions", "N", "Sessions at once.", &Config::max_sessions},
      {"max_session_bytes", "BYTES", "Tensors, saved values and blobs of a session.",
       &Config::max_session_bytes},
      {"max_session_tensors", "N", "Handles of a session.", &Config::max_session_tensors},
      {"max_session_nodes", "N", "Graph nodes of a session.", &Config::max_session_nodes},
      {"max_server_bytes", "BYTES", "Tensors, saved values and blobs of all sessions.",
       &Config::max_server_bytes},
      {"max_cached_bytes", "BYTES", "Free memory kept for tensors to come, besides those bytes.",
       &Config::max_cached_bytes},
      {"max_message_bytes", "BYTES", "The largest request.", &Config::max_message_bytes},
      {"max_inline_bytes", "BYTES", "The largest tensor in an answer; larger ones come as blobs.",
       &Config::max_inline_bytes},
      {"max_calls", "N", "Unary calls in flight.", &Config::max_calls},
      {"max_streams", "N", "Open streams.", &Config::max_streams},
      {"max_queued_bytes", "BYTES", "Requests that wait or run.", &Config::max_queued_bytes},
      {"max_call_duration", "DURATION", "The longest a unary call may wait for its answer.",
       &Config::max_call_duration},
      {"max_command_duration", "DURATION", "The longest that one command may run.",
       &Config::max_command_duration},
      {"drain", "DURATION", "How long accepted work may go on after SIGTERM.", &Config::drain},
      {"compute_threads", "N", "Threads that compute; 0: one for each processor core.",
       &Config::compute_threads},
      {"pollers", "N", "Threads that read requests and write answers.", &Config::pollers},
      {"poller_spin", "DURATION",
       "How long a poller looks for work before it sleeps: lower latency "
       "for a busy core.",
       &Config::poller_spin},
      {"log_level", "LEVEL", "debug, info, warn, error or off.", &Config::log_level},
  };
  return *kFlags;
}

}  // namespace gradd::server
