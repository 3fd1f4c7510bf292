#include "client/cli/command.h"

#include <algorithm>
#include <exception>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "client/cpp/error.h"

namespace gradd::cli {
namespace {

const std::vector<Command>& Commands() {
  static const auto* const commands = new std::vector<Command>{
      InfoCommand(), HealthCommand(), SessionsCommand(), OpsCommand(),
      EvalCommand(), GraphCommand(),  WatchCommand(),
  };
  return *commands;
}

std::string Overview() {
  std::string text =
      "gradctl: a Gradd server from the command line.\n\n"
      "Usage: gradctl COMMAND [ARGUMENTS] [--FLAG=VALUE ...]\n\n";
  for (const Command& command : Commands()) {
    absl::StrAppendFormat(&text, "  %-10s %s\n", command.name, command.summary);
  }
  return text +
         "\n'gradctl COMMAND --help' says more. The server is --target, or $GRADD_TARGET, or "
         "localhost:50051.\n";
}

std::string HelpOf(const Command& command) {
  return absl::StrCat("Usage: gradctl ", command.name, command.arguments.empty() ? "" : " ",
                      command.arguments, " [--FLAG=VALUE ...]\n\n", command.summary, "\n",
                      command.help.empty() ? "" : "\n", command.help, "\nFlags:\n",
                      HelpOf(command.flags));
}

int Run(const Command& command, const std::vector<std::string>& words, std::ostream& out) {
  std::vector<Flag> flags = command.flags;
  flags.push_back({"help", "", ""});
  const CommandLine line(words, flags);
  if (line.Has("help")) {
    out << HelpOf(command);
    return 0;
  }
  const size_t count = line.arguments().size();
  if (count < command.min_arguments || count > command.max_arguments) {
    throw UsageError(absl::StrCat("usage: gradctl ", command.name, " ", command.arguments));
  }
  return command.run(line, out);
}

}  // namespace

int RunCommandLine(const std::vector<std::string>& words, std::ostream& out, std::ostream& errors) {
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    (words.empty() ? errors : out) << Overview();
    return words.empty() ? 2 : 0;
  }
  if (words[0] == "--version") {
    out << GRADD_VERSION << "\n";
    return 0;
  }
  try {
    const auto found = std::find_if(Commands().begin(), Commands().end(),
                                    [&](const Command& c) { return c.name == words[0]; });
    if (found == Commands().end()) {
      throw UsageError(absl::StrCat("there is no command '", words[0], "'; try gradctl --help"));
    }
    return Run(*found, {words.begin() + 1, words.end()}, out);
  } catch (const UsageError& error) {
    errors << "gradctl: " << error.what() << "\n";
    return 2;
  } catch (const Error& error) {
    errors << "gradctl: " << error.message() << "\n";
  } catch (const std::exception& error) {
    errors << "gradctl: " << error.what() << "\n";
  }
  return 1;
}

}  // namespace gradd::cli
