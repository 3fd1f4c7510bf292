// The words of an expression.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "core/spec/scalar.h"

namespace gradd::cli {

struct Token {
  enum class Kind {
    kNumber,
    kText,    // in quotes
    kName,    // letters, digits and _
    kSymbol,  // an operator, a bracket, a comma, …
    kBreak,   // between statements: ";", or the end of a line outside of brackets
    kEnd,
  };

  Kind kind;
  size_t offset;     // of its first byte
  std::string text;  // of a text, what is between the quotes
  Scalar number;     // int64 when it is written without a point and an exponent

  bool Is(absl::string_view symbol) const { return kind == Kind::kSymbol && text == symbol; }
};

// All words, kEnd last. "#" begins a comment. Throws ExpressionError.
std::vector<Token> ReadTokens(absl::string_view text);

}  // namespace gradd::cli
