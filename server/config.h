// What an operator can choose.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "server/limits.h"

namespace gradd::server {

// Each field is a flag of the same name (server/config.cc says what it means).
struct Config {
  std::vector<std::string> listen = {"127.0.0.1:50051"};
  std::string metrics = "127.0.0.1:9464";
  bool op_metrics = true;
  bool insecure = false;
  std::string tls_cert;
  std::string tls_key;
  std::string tls_client_ca;
  std::string token_file;
  std::string instance;
  std::string device = "cpu";
  bool sim = false;
  std::vector<std::string> backend_module;
  bool reflection = false;
  absl::Duration lease = limits::kLease;
  absl::Duration max_lease = limits::kMaxLease;
  int64_t max_sessions = limits::kSessions;
  int64_t max_session_bytes = limits::kSessionBytes;
  int64_t max_session_tensors = limits::kSessionTensors;
  int64_t max_session_nodes = limits::kSessionNodes;
  int64_t max_server_bytes = limits::kServerBytes;
  int64_t max_cached_bytes = limits::kCachedBytes;
  int64_t max_message_bytes = limits::kMessageBytes;
  int64_t max_inline_bytes = limits::kInlineTensorBytes;
  int64_t max_calls = limits::kCallsInFlight;
  int64_t max_streams = limits::kStreams;
  int64_t max_queued_bytes = limits::kQueuedBytes;
  absl::Duration max_call_duration = limits::kCallDuration;
  absl::Duration max_command_duration = limits::kCommandDuration;
  absl::Duration drain = limits::kDrain;
  int64_t compute_threads = 0;
  int64_t pollers = 1;
  absl::Duration poller_spin = absl::ZeroDuration();
  std::string log_level = "info";
};

// What the command line asks for.
struct CommandLine {
  bool help = false;
  bool version = false;
  Config config;
};

// `arguments` without the program's name. Values of a file named by --config come first, flags win.
// INVALID_ARGUMENT that names the flag, or the place in the file.
absl::StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments);

// The text of --help.
std::string HelpText();

// INVALID_ARGUMENT for values that make no sense together, FAILED_PRECONDITION for a plaintext port
// that others than this machine can reach.
absl::Status CheckConfig(const Config& config);

}  // namespace gradd::server
