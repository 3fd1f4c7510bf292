#include "client/cli/expression/error.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace gradd::cli {
namespace {

constexpr char kFile[] = "expression";

}  // namespace

SourceLine SourceLineOf(size_t offset) { return {kFile, static_cast<int>(offset) + 1}; }

std::optional<size_t> OffsetOf(absl::string_view text) {
  int line = 0;
  if (!absl::ConsumePrefix(&text, kFile) || !absl::ConsumePrefix(&text, ":") ||
      !absl::SimpleAtoi(text, &line) || line < 1) {
    return std::nullopt;
  }
  return static_cast<size_t>(line - 1);
}

std::string PointAt(absl::string_view text, size_t offset) {
  offset = std::min(offset, text.size());
  const size_t newline = text.rfind('\n', offset == 0 ? 0 : offset - 1);
  const size_t start = offset == 0 || newline == absl::string_view::npos ? 0 : newline + 1;
  const absl::string_view line = text.substr(start, text.find('\n', start) - start);
  std::string before;
  for (const char c : line.substr(0, offset - start)) {
    // A tab is as wide as the one above it, and of a UTF-8 character only the first byte counts.
    if (c == '\t') before += '\t';
    if (c != '\t' && (static_cast<unsigned char>(c) & 0xC0) != 0x80) before += ' ';
  }
  return absl::StrCat("  ", line, "\n  ", before, "^");
}

}  // namespace gradd::cli
