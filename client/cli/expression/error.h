// What is wrong with an expression, and where.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "absl/strings/string_view.h"

#include "client/cpp/source_line.h"

namespace gradd::cli {

// Thrown by the parser and the evaluator, as what they call throws gradd::Error.
class ExpressionError : public std::runtime_error {
 public:
  // `offset`: of the byte in the expression that the message is about.
  ExpressionError(size_t offset, const std::string& message)
      : std::runtime_error(message), offset_(offset) {}

  size_t offset() const { return offset_; }

 private:
  size_t offset_;
};

// What stands for a source line in calls of the client, so that an error that the server finds
// later leads back to the place in the expression.
SourceLine SourceLineOf(size_t offset);
// The other way round; absent when the line is not of an expression. `text`: Error::source().
std::optional<size_t> OffsetOf(absl::string_view text);

// The line of `text` that holds `offset`, and below it a caret under that place.
std::string PointAt(absl::string_view text, size_t offset);

}  // namespace gradd::cli
