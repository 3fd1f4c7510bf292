// From text to syntax.
#pragma once

#include "absl/strings/string_view.h"

#include "client/cli/expression/syntax.h"

namespace gradd::cli {

// The language is a part of Python's:
//
//   program   = [statement] {(";" | newline) [statement]}
//   statement = [name "="] compared
//   compared  = sum [("==" | "!=" | "<" | "<=" | ">" | ">=") sum]
//   sum       = product {("+" | "-") product}
//   product   = signed {("*" | "/" | "//" | "%" | "@") signed}
//   signed    = ("-" | "+") signed | power
//   power     = postfix ["**" signed]
//   postfix   = primary {"." name ["(" arguments ")"] | "[" indices "]"}
//   primary   = number | text | name ["(" arguments ")"] | "(" compared ")" | "(" list ")"
//             | "[" list "]"
//
// A tree deeper than kMaxDepth is refused, so that walking it is safe. Throws ExpressionError.
Program Parse(absl::string_view text);

inline constexpr int kMaxDepth = 500;

}  // namespace gradd::cli
