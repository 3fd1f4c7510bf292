#include "server/config.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "core/base/status.h"
#include "server/config_file.h"
#include "server/config_flags.h"
#include "server/exit_status.h"
#include "server/security/listen_address.h"

namespace gradd::server {
namespace {

const Flag* FindFlag(absl::string_view name) {
  const auto& flags = AllFlags();
  const auto found =
      std::find_if(flags.begin(), flags.end(), [&](const Flag& flag) { return flag.name == name; });
  return found == flags.end() ? nullptr : &*found;
}

struct Given {
  const Flag* flag;
  std::string value;
};

// "--name=value", "--name value", "--name" and "--noname" for a bool.
absl::StatusOr<Given> TakeFlag(const std::vector<std::string>& arguments, size_t* next) {
  absl::string_view text = arguments[(*next)++];
  if (!absl::ConsumePrefix(&text, "--")) {
    return InvalidArgument("FLAG", "Unexpected argument '", text, "'; flags begin with --");
  }
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  const bool has_value = absl::StrContains(text, "=");
  if (const Flag* flag = FindFlag(parts.first)) {
    if (has_value) return Given{flag, std::string(parts.second)};
    if (flag->is_bool()) return Given{flag, "true"};
    if (*next == arguments.size()) {
      return InvalidArgument("FLAG", "--", flag->name, " needs a value");
    }
    return Given{flag, arguments[(*next)++]};
  }
  absl::string_view negated = parts.first;
  const Flag* const flag = absl::ConsumePrefix(&negated, "no") ? FindFlag(negated) : nullptr;
  if (flag != nullptr && flag->is_bool() && !has_value) return Given{flag, "false"};
  return InvalidArgument("FLAG", "Unknown flag --", parts.first, "; see --help");
}

absl::Status CheckPort(const Config& config, absl::string_view flag, const ListenAddress& address,
                       bool encrypted) {
  if (address.is_local() || encrypted || config.insecure) return absl::OkStatus();
  return FailedPrecondition(
      "PLAINTEXT_PORT", "--", flag, "=", address.ToString(),
      " would serve everybody who can reach it, without encryption or authentication. Give ",
      "--tls_cert, --tls_key and --tls_client_ca, or listen on loopback behind a proxy, or say ",
      "--insecure if that network is trusted (SECURITY.md)");
}

absl::Status CheckPositive(const Config& config) {
  for (const Flag& flag : AllFlags()) {
    if (const auto* number = std::get_if<int64_t Config::*>(&flag.field)) {
      const int64_t least = flag.name == "compute_threads" ? 0 : 1;
      if (config.**number >= least) continue;
    } else if (const auto* duration = std::get_if<absl::Duration Config::*>(&flag.field)) {
      const bool may_be_zero = flag.name == "poller_spin" || flag.name == "drain";
      const absl::Duration value = config.**duration;
      if (value > absl::ZeroDuration() || (may_be_zero && value == absl::ZeroDuration())) continue;
    } else {
      continue;
    }
    return InvalidArgument("FLAG", "--", flag.name, "=", flag.Show(config), " is too small");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments) {
  CommandLine line;
  std::vector<Given> given;
  std::string file;
  for (size_t next = 0; next < arguments.size();) {
    const std::string& argument = arguments[next];
    if (argument == "--help" || argument == "-h") {
      line.help = true;
      ++next;
    } else if (argument == "--version") {
      line.version = true;
      ++next;
    } else if (absl::StartsWith(argument, "--config=")) {
      file = argument.substr(sizeof("--config=") - 1);
      ++next;
    } else if (argument == "--config" && next + 1 < arguments.size()) {
      file = arguments[next + 1];
      next += 2;
    } else {
      GRADD_ASSIGN_OR_RETURN(Given flag, TakeFlag(arguments, &next));
      given.push_back(std::move(flag));
    }
  }
  if (!file.empty()) GRADD_RETURN_IF_ERROR(ReadConfigFile(file, line.config));
  std::vector<const Flag*> seen;
  for (const Given& flag : given) {
    const bool first = std::find(seen.begin(), seen.end(), flag.flag) == seen.end();
    seen.push_back(flag.flag);
    GRADD_RETURN_IF_ERROR(flag.flag->Set(flag.value, first, line.config));
  }
  return line;
}

std::string HelpText() {
  std::string text =
      "gradd: a gRPC service of tensors and live autograd graphs.\n\nUsage: gradd [flag ...]\n\n"
      "  --help, --version\n"
      "  --config=FILE\n      Flags as text: `listen: \"127.0.0.1:0\"`, one a line. Flags win.\n";
  const Config defaults;
  for (const Flag& flag : AllFlags()) {
    absl::StrAppend(&text, "  --", flag.name, flag.is_bool() ? "" : absl::StrCat("=", flag.value),
                    "\n      ", flag.help);
    const std::string shown = flag.Show(defaults);
    if (!flag.is_bool() && !shown.empty()) absl::StrAppend(&text, " Default: ", shown, ".");
    if (flag.is_bool() && shown == "true") absl::StrAppend(&text, " Default: on.");
    text += '\n';
  }
  absl::StrAppend(
      &text, "\nEnds with 0 after SIGTERM or SIGINT, ", kExitRefused,
      " where it cannot start as the flags say, and ", kExitDeviceLost,
      " when\na device is lost: started again, it may find the device as good as before.\n");
  return text;
}

absl::Status CheckConfig(const Config& config) {
  GRADD_RETURN_IF_ERROR(CheckPositive(config));
  if (config.listen.empty()) return InvalidArgument("FLAG", "--listen names no address");
  const bool encrypted = !config.tls_cert.empty();
  if (encrypted != !config.tls_key.empty() || (!encrypted && !config.tls_client_ca.empty())) {
    return InvalidArgument("FLAG", "TLS needs both --tls_cert and --tls_key");
  }
  for (const std::string& text : config.listen) {
    GRADD_ASSIGN_OR_RETURN(const ListenAddress address, ParseListenAddress(text));
    GRADD_RETURN_IF_ERROR(CheckPort(config, "listen", address, encrypted));
  }
  if (config.metrics != "off") {
    GRADD_ASSIGN_OR_RETURN(const ListenAddress address, ParseListenAddress(config.metrics));
    if (address.is_unix) return InvalidArgument("FLAG", "--metrics needs HOST:PORT or off");
    GRADD_RETURN_IF_ERROR(CheckPort(config, "metrics", address, false));
  }
  if (config.lease > config.max_lease) {
    return InvalidArgument("FLAG", "--lease is longer than --max_lease");
  }
  if (config.max_inline_bytes > config.max_message_bytes - limits::kMessageHeadBytes) {
    return InvalidArgument("FLAG", "--max_inline_bytes is larger than --max_message_bytes less ",
                           limits::kMessageHeadBytes, " for the rest of the message");
  }
  if (config.max_message_bytes > INT32_MAX) {
    return InvalidArgument("FLAG", "--max_message_bytes is at most 2147483647");
  }
  return absl::OkStatus();
}

}  // namespace gradd::server
