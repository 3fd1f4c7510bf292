#include "client/cli/metrics/exposition.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace gradd::cli {
namespace {

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == ':';
}

// Takes a name from the front of `text`.
std::string TakeName(absl::string_view& text) {
  size_t size = 0;
  while (size < text.size() && IsNameCharacter(text[size])) ++size;
  std::string name(text.substr(0, size));
  text.remove_prefix(size);
  return name;
}

// Takes a label's value with its quotes; \\, \" and \n stand for what they do in C.
std::optional<std::string> TakeQuoted(absl::string_view& text) {
  if (!absl::ConsumePrefix(&text, "\"")) return std::nullopt;
  std::string value;
  while (!text.empty()) {
    const char c = text[0];
    text.remove_prefix(1);
    if (c == '"') return value;
    if (c != '\\' || text.empty()) {
      value += c;
      continue;
    }
    value += text[0] == 'n' ? '\n' : text[0];
    text.remove_prefix(1);
  }
  return std::nullopt;
}

bool TakeLabels(absl::string_view& text, std::map<std::string, std::string>& labels) {
  if (!absl::ConsumePrefix(&text, "{")) return true;
  while (!absl::ConsumePrefix(&text, "}")) {
    std::string name = TakeName(text);
    if (name.empty() || !absl::ConsumePrefix(&text, "=")) return false;
    std::optional<std::string> value = TakeQuoted(text);
    if (!value) return false;
    labels.emplace(std::move(name), *std::move(value));
    absl::ConsumePrefix(&text, ",");
    text = absl::StripLeadingAsciiWhitespace(text);
  }
  return true;
}

std::optional<Sample> ParseLine(absl::string_view line) {
  if (absl::StartsWith(line, "#")) return std::nullopt;
  Sample sample;
  sample.name = TakeName(line);
  if (sample.name.empty() || !TakeLabels(line, sample.labels)) return std::nullopt;
  line = absl::StripLeadingAsciiWhitespace(line);
  if (!absl::SimpleAtod(line.substr(0, line.find(' ')), &sample.value)) return std::nullopt;
  return sample;
}

}  // namespace

std::vector<Sample> ParseExposition(absl::string_view text) {
  std::vector<Sample> samples;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (std::optional<Sample> sample = ParseLine(absl::StripAsciiWhitespace(line))) {
      samples.push_back(*std::move(sample));
    }
  }
  return samples;
}

double ValueOf(const std::vector<Sample>& samples, absl::string_view name, double otherwise) {
  for (const Sample& sample : samples) {
    if (sample.name == name) return sample.value;
  }
  return otherwise;
}

}  // namespace gradd::cli
