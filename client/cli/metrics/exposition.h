// Prometheus' text format.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace gradd::cli {

struct Sample {
  std::string name;
  std::map<std::string, std::string> labels;
  double value = 0;
};

// The samples of an exposition. Comments, timestamps and lines that are no samples are passed over.
std::vector<Sample> ParseExposition(absl::string_view text);

// The sample of this name, whatever its labels; `otherwise` when there is none.
double ValueOf(const std::vector<Sample>& samples, absl::string_view name, double otherwise = 0);

}  // namespace gradd::cli
