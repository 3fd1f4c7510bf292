#include "client/cli/text_table.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace gradd::cli {
namespace {

void WriteRow(const std::vector<Column>& columns, const std::vector<size_t>& widths,
              const std::vector<std::string>& cells, std::ostream& out) {
  std::string line;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string fill(widths[i] - std::min(widths[i], cells[i].size()), ' ');
    if (i > 0) line += "  ";
    line += columns[i].right ? fill + cells[i] : cells[i] + fill;
  }
  out << absl::StripTrailingAsciiWhitespace(line) << "\n";
}

}  // namespace

void WriteTable(const std::vector<Column>& columns,
                const std::vector<std::vector<std::string>>& rows, std::ostream& out) {
  std::vector<size_t> widths;
  std::vector<std::string> titles;
  for (size_t i = 0; i < columns.size(); ++i) {
    size_t width = columns[i].title.size();
    for (const auto& row : rows) width = std::max(width, row[i].size());
    widths.push_back(width);
    titles.push_back(columns[i].title);
  }
  WriteRow(columns, widths, titles, out);
  for (const auto& row : rows) WriteRow(columns, widths, row, out);
}

void WriteFacts(const std::vector<std::pair<std::string, std::string>>& facts, std::ostream& out) {
  size_t width = 0;
  for (const auto& [name, value] : facts) width = std::max(width, name.size());
  for (const auto& [name, value] : facts) {
    out << name << std::string(width - name.size() + 2, ' ') << value << "\n";
  }
}

}  // namespace gradd::cli
