// What gradctl can do: a table of commands, one a file.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "client/cli/command_line.h"

namespace gradd::cli {

struct Command {
  std::string name;
  std::string arguments;  // "[NAME]", for the help
  std::string summary;    // one line
  std::string help;       // further lines
  std::vector<Flag> flags;
  size_t min_arguments = 0;
  size_t max_arguments = 0;
  // Writes to `out` and returns the exit status. May throw UsageError, gradd::Error and
  // std::runtime_error, whose text is all that there is to say.
  int (*run)(const CommandLine& line, std::ostream& out) = nullptr;
};

Command InfoCommand();
Command HealthCommand();
Command SessionsCommand();
Command OpsCommand();
Command EvalCommand();
Command GraphCommand();
Command WatchCommand();

// Runs what the words say, with errors on `errors`; returns the exit status: 0, 1 for what failed,
// 2 for words that make no sense.
int RunCommandLine(const std::vector<std::string>& words, std::ostream& out, std::ostream& errors);

}  // namespace gradd::cli
