// Which server a command speaks to, and how.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "client/cli/command_line.h"
#include "client/cpp/connection_options.h"
#include "client/cpp/service.h"

namespace gradd::cli {

// The flags that say so, and those given before them.
std::vector<Flag> WithTargetFlags(std::vector<Flag> flags = {});
// The same with --metrics.
std::vector<Flag> WithMetricsFlags(std::vector<Flag> flags = {});

// What the flags and the environment say. Throws UsageError, also for a file that cannot be read.
ConnectionOptions OptionsFrom(const CommandLine& line);
// The address of the metrics: --metrics, or port 9464 of the target's host.
std::string MetricsUrl(const CommandLine& line);

// The service without a session.
Service ServiceOf(const ConnectionOptions& options);
// Throws what went wrong with a call of it.
[[noreturn]] void Fail(const absl::Status& status, const ConnectionOptions& options);
template <class T>
T Must(absl::StatusOr<T> result, const ConnectionOptions& options) {
  if (!result.ok()) Fail(result.status(), options);
  return *std::move(result);
}

}  // namespace gradd::cli
