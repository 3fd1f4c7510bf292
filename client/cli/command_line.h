// The words of a command line, sorted into flags and arguments.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace gradd::cli {

// The user asked for something that there is not; the program ends with 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Flag {
  std::string name;
  std::string value;  // what the help calls its value; empty: it has none
  std::string help;
};

class CommandLine {
 public:
  // Flags are --name=value, --name value, or --name for one without a value; "-h" is --help, and
  // after "--" everything is an argument. Throws UsageError.
  CommandLine(const std::vector<std::string>& words, const std::vector<Flag>& flags);

  bool Has(const std::string& flag) const { return flags_.count(flag) > 0; }
  std::string Get(const std::string& flag, const std::string& otherwise = "") const;
  // A number above 0. Throws UsageError.
  double GetPositive(const std::string& flag, double otherwise) const;
  const std::vector<std::string>& arguments() const { return arguments_; }

 private:
  std::map<std::string, std::string> flags_;
  std::vector<std::string> arguments_;
};

// One line of help for each.
std::string HelpOf(const std::vector<Flag>& flags);

}  // namespace gradd::cli
