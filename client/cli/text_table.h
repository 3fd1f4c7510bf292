// Rows under a heading, in columns as wide as they need to be.
#pragma once

#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace gradd::cli {

struct Column {
  std::string title;
  bool right = false;  // numbers stand at the right
};

// Each row has a cell for each column.
void WriteTable(const std::vector<Column>& columns,
                const std::vector<std::vector<std::string>>& rows, std::ostream& out);
// A name and a value a line.
void WriteFacts(const std::vector<std::pair<std::string, std::string>>& facts, std::ostream& out);

}  // namespace gradd::cli
