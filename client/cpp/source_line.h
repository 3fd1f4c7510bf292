// The line of the user's program that a call stands on, for error texts and graph nodes.
//
// Functions take `SourceLine source = SourceLine::Here()` as their last parameter; operators, which
// can have no such parameter, take operands that capture it (operand.h). Not std::source_location:
// clang 14 does not compile it.
#pragma once

#include <string>

namespace gradd {
inline namespace client {

struct SourceLine {
  // Lives as long as the program: __FILE__ or interned text. Null: not known.
  const char* file = nullptr;
  int line = 0;

  static constexpr SourceLine Here(const char* file = __builtin_FILE(),
                                   int line = __builtin_LINE()) {
    return {file, line};
  }

  // "train.cc:42", without the folders; empty when not known.
  std::string ToString() const;

  bool operator==(const SourceLine& other) const = default;
};

}  // namespace client
}  // namespace gradd
