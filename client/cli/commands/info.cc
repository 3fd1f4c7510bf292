// gradctl info
#include <algorithm>
#include <chrono>
#include <ctime>
#include <exception>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "client/cli/command.h"
#include "client/cli/metrics/exposition.h"
#include "client/cli/metrics/http_get.h"
#include "client/cli/target.h"
#include "client/cli/text_table.h"
#include "client/cli/units.h"
#include "client/cpp/connection.h"
#include "client/cpp/error.h"
#include "client/cpp/remote_session.h"

namespace gradd::cli {
namespace {

using Facts = std::vector<std::pair<std::string, std::string>>;

std::string Devices(const v1::GetServerResponse& server) {
  std::string text;
  for (const std::string& device : server.devices()) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", device,
                    device == server.default_device() ? " (default)" : "");
  }
  return text;
}

// Only the metrics know when the server started.
std::string Uptime(const CommandLine& line) {
  try {
    const auto timeout =
        std::min(OptionsFrom(line).connect_timeout, std::chrono::milliseconds(2000));
    const auto samples = ParseExposition(HttpGet(MetricsUrl(line), timeout));
    const double start = ValueOf(samples, "process_start_time_seconds");
    if (start > 0) return PrintSeconds(std::max(0.0, static_cast<double>(time(nullptr)) - start));
    return absl::StrCat("not told by ", MetricsUrl(line));
  } catch (const std::exception& error) {
    return absl::StrCat("not known (", error.what(), ")");
  }
}

// A server tells its limits to those who attach to a session.
void AddLimits(const ConnectionOptions& options, Facts& facts) {
  try {
    const Connection connection(options);
    const v1::Limits& limits = connection.session().limits();
    const auto bytes = [](int64_t value) { return PrintBytes(static_cast<double>(value)); };
    facts.emplace_back("largest request", bytes(limits.message_bytes()));
    facts.emplace_back("largest tensor in an answer", bytes(limits.inline_tensor_bytes()));
    facts.emplace_back("bytes of a session", bytes(limits.session_bytes()));
    facts.emplace_back("tensors of a session", absl::StrCat(limits.session_tensors()));
    facts.emplace_back("graph nodes of a session", absl::StrCat(limits.session_nodes()));
    facts.emplace_back("calls of a command", absl::StrCat(limits.calls_per_command()));
  } catch (const Error& error) {
    facts.emplace_back("limits", absl::StrCat("not known (", error.message(), ")"));
  }
}

int Run(const CommandLine& line, std::ostream& out) {
  const ConnectionOptions options = OptionsFrom(line);
  Service service = ServiceOf(options);
  const v1::GetServerResponse server =
      Must(service.Call(&Service::Stub::GetServer, v1::GetServerRequest(), options.connect_timeout),
           options);
  Facts facts = {{"target", options.target},
                 {"version", server.version()},
                 {"instance", server.instance()},
                 {"devices", Devices(server)},
                 {"uptime", Uptime(line)}};
  AddLimits(options, facts);
  WriteFacts(facts, out);
  return 0;
}

}  // namespace

Command InfoCommand() {
  Command command;
  command.name = "info";
  command.summary = "The server's version, devices, uptime and limits.";
  command.help =
      "Limits are those of a session, for which it opens one and closes it; the uptime is from "
      "the\n"
      "metrics.\n";
  command.flags = WithMetricsFlags();
  command.run = &Run;
  return command;
}

}  // namespace gradd::cli
