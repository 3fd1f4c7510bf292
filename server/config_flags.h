// The table of flags: what each is called, means, and sets.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "server/config.h"

namespace gradd::server {

struct Flag {
  absl::string_view name;
  absl::string_view value;  // what the help calls its value
  absl::string_view help;
  std::variant<std::string Config::*, bool Config::*, int64_t Config::*, absl::Duration Config::*,
               std::vector<std::string> Config::*>
      field;

  bool is_bool() const { return std::holds_alternative<bool Config::*>(field); }
  // Sets the field from text. A list gets the items of `text`, separated by commas, instead of
  // those it had (`replace`) or after them.
  absl::Status Set(absl::string_view text, bool replace, Config& config) const;
  std::string Show(const Config& config) const;
};

const std::vector<Flag>& AllFlags();

}  // namespace gradd::server
