#include "client/cli/command_line.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace gradd::cli {

CommandLine::CommandLine(const std::vector<std::string>& words, const std::vector<Flag>& flags) {
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--") {
      arguments_.insert(arguments_.end(), words.begin() + static_cast<ptrdiff_t>(i) + 1,
                        words.end());
      return;
    }
    const std::string word = words[i] == "-h" ? "--help" : words[i];
    if (!absl::StartsWith(word, "--")) {
      arguments_.push_back(words[i]);
      continue;
    }
    std::pair<std::string, std::string> parts =
        absl::StrSplit(word.substr(2), absl::MaxSplits('=', 1));
    auto& [name, value] = parts;
    const bool has_value = absl::StrContains(word, '=');
    const auto known = std::find_if(flags.begin(), flags.end(),
                                    [&name = name](const Flag& flag) { return flag.name == name; });
    if (known == flags.end()) throw UsageError(absl::StrCat("there is no flag --", name));
    if (known->value.empty() && has_value) {
      throw UsageError(absl::StrCat("--", name, " takes no value"));
    }
    if (!known->value.empty() && !has_value) {
      if (++i == words.size()) {
        throw UsageError(absl::StrCat("--", name, " needs a value: --", name, "=", known->value));
      }
      value = words[i];
    }
    flags_[name] = value;
  }
}

std::string CommandLine::Get(const std::string& flag, const std::string& otherwise) const {
  const auto found = flags_.find(flag);
  return found == flags_.end() ? otherwise : found->second;
}

double CommandLine::GetPositive(const std::string& flag, double otherwise) const {
  if (!Has(flag)) return otherwise;
  double number = 0;
  if (!absl::SimpleAtod(Get(flag), &number) || !(number > 0 && number < 1e9)) {
    throw UsageError(absl::StrCat("--", flag, "=", Get(flag), ": expected a number above 0"));
  }
  return number;
}

std::string HelpOf(const std::vector<Flag>& flags) {
  std::string text;
  for (const Flag& flag : flags) {
    const std::string name =
        absl::StrCat("--", flag.name, flag.value.empty() ? "" : "=", flag.value);
    absl::StrAppendFormat(&text, "  %-23s %s\n", name, flag.help);
  }
  return text;
}

}  // namespace gradd::cli
