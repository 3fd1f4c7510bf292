// What eval and graph share: an expression, run on a session of its own.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "client/cli/command_line.h"
#include "client/cli/expression/object.h"

namespace gradd::cli {

// The flags that choose the session.
std::vector<Flag> EvaluationFlags(std::vector<Flag> flags = {});

// The expression language, for the help.
extern const char* const kLanguageHelp;

// Runs the command's argument, of "-" the standard input. `each` gets the value of every statement
// that assigns nothing; `last` that of the last, and the variables. What they throw counts as the
// expression's own. Errors are thrown as std::runtime_error, with the place in the expression.
using Variables = std::map<std::string, Object>;
void EvaluateArgument(const CommandLine& line, const std::function<void(const Object&)>& each,
                      const std::function<void(const Object&, const Variables&)>& last = nullptr);

}  // namespace gradd::cli
