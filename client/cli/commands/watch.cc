// gradctl watch
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <thread>

#include "absl/strings/str_cat.h"

#include "client/cli/command.h"
#include "client/cli/metrics/exposition.h"
#include "client/cli/metrics/http_get.h"
#include "client/cli/metrics/op_table_text.h"
#include "client/cli/metrics/op_times.h"
#include "client/cli/target.h"
#include "client/cli/units.h"

namespace gradd::cli {
namespace {

using Clock = std::chrono::steady_clock;

// From the top of an emptied terminal.
constexpr char kClear[] = "\x1b[H\x1b[J";

std::string Gauges(const std::vector<Sample>& samples) {
  const auto count = [&](const char* name) { return PrintCount(ValueOf(samples, name)); };
  return absl::StrCat(count("gradd_sessions"), " sessions, ", count("gradd_tensors"), " tensors, ",
                      PrintBytes(ValueOf(samples, "gradd_tensor_bytes")), ", ",
                      count("gradd_graph_nodes"), " graph nodes, ", count("gradd_queue_depth"),
                      " requests");
}

int Run(const CommandLine& line, std::ostream& out) {
  const double interval = line.GetPositive("interval", 2);
  const auto rows = static_cast<size_t>(line.GetPositive("rows", 30));
  const std::string url = MetricsUrl(line);
  const auto timeout = OptionsFrom(line).connect_timeout;
  const bool terminal = &out == &std::cout && isatty(STDOUT_FILENO) == 1;

  OpTimes earlier;
  Clock::time_point earlier_time;
  for (bool first = true;; first = false) {
    const auto samples = ParseExposition(HttpGet(url, timeout));
    const Clock::time_point time = Clock::now();
    const OpTimes counted = OpTimesIn(samples);
    const double seconds = first ? 0 : std::chrono::duration<double>(time - earlier_time).count();
    if (terminal && !line.Has("once")) out << kClear;
    out << Gauges(samples) << "\n"
        << (first ? std::string("times since the server started")
                  : absl::StrCat("times of the last ", PrintSeconds(seconds)))
        << ", from " << url << "\n\n";
    WriteOpTable(counted, Since(counted, earlier), seconds, line.Has("all") ? 0 : rows, out);
    out << std::flush;
    if (line.Has("once") || !out) return 0;
    if (!terminal) out << "\n";
    earlier = counted;
    earlier_time = time;
    // From the look itself, not from the end of its printing: a slow server does not stretch it.
    std::this_thread::sleep_until(time + std::chrono::duration<double>(interval));
  }
}

}  // namespace

Command WatchCommand() {
  Command command;
  command.name = "watch";
  command.summary =
      "The times of ops, as they come: calls, rate, mean, median and 99th percentile.";
  command.help =
      "Percentiles are estimates: the server counts durations between powers of two.\n"
      "Ends with Ctrl-C.\n";
  command.flags = WithMetricsFlags({{"interval", "SECONDS", "Between two looks: 2 unless given."},
                                    {"once", "", "Everything since the server started, and end."},
                                    {"rows", "N", "Ops shown: 30 unless given."},
                                    {"all", "", "Show every op."}});
  command.run = &Run;
  return command;
}

}  // namespace gradd::cli
