// gradctl eval
#include "client/cli/command.h"
#include "client/cli/commands/evaluation.h"

namespace gradd::cli {
namespace {

int Run(const CommandLine& line, std::ostream& out) {
  EvaluateArgument(line, [&out](const Object& value) {
    if (!std::holds_alternative<None>(value)) out << Print(value) << "\n";
  });
  return 0;
}

}  // namespace

Command EvalCommand() {
  Command command;
  command.name = "eval";
  command.arguments = "'EXPRESSION'";
  command.summary = "Computes an expression on the server and prints it as PyTorch does.";
  command.help = kLanguageHelp;
  command.flags = EvaluationFlags();
  command.min_arguments = command.max_arguments = 1;
  command.run = &Run;
  return command;
}

}  // namespace gradd::cli
