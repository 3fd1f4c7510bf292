// gradctl sessions
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "client/cli/command.h"
#include "client/cli/metrics/exposition.h"
#include "client/cli/metrics/http_get.h"
#include "client/cli/target.h"
#include "client/cli/text_table.h"
#include "client/cli/units.h"

namespace gradd::cli {
namespace {

int Run(const CommandLine& line, std::ostream& out) {
  const auto samples =
      ParseExposition(HttpGet(MetricsUrl(line), OptionsFrom(line).connect_timeout));
  const auto count = [&](const char* name) {
    return absl::StrCat(static_cast<int64_t>(ValueOf(samples, name)));
  };
  WriteFacts({{"sessions", count("gradd_sessions")},
              {"tensors", count("gradd_tensors")},
              {"bytes", PrintBytes(ValueOf(samples, "gradd_tensor_bytes"))},
              {"graph nodes", count("gradd_graph_nodes")},
              {"requests that wait or run", count("gradd_queue_depth")}},
             out);
  return 0;
}

}  // namespace

Command SessionsCommand() {
  Command command;
  command.name = "sessions";
  command.summary = "How many sessions there are, and what they hold together.";
  command.help =
      "From the metrics: a session is known to those who have its secret, so there is no list.\n";
  command.flags = WithMetricsFlags();
  command.run = &Run;
  return command;
}

}  // namespace gradd::cli
