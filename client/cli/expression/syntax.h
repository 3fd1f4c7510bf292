// What an expression says: a tree, as the parser makes it.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/spec/scalar.h"

namespace gradd::cli {

struct Syntax;
using SyntaxPtr = std::unique_ptr<const Syntax>;

struct NumberSyntax {
  Scalar number;
};
struct TextSyntax {
  std::string text;
};
struct NoneSyntax {};
struct NameSyntax {
  std::string name;
};
// [a, b], and (a, b) too.
struct ListSyntax {
  std::vector<SyntaxPtr> items;
};
struct UnarySyntax {
  std::string symbol;
  SyntaxPtr operand;
};
struct BinarySyntax {
  std::string symbol;
  SyntaxPtr left, right;
};
// of.name
struct MemberSyntax {
  SyntaxPtr of;
  std::string name;
};
struct ArgumentSyntax {
  std::string keyword;  // empty: by position
  SyntaxPtr value;
};
// function(arguments), or of.function(arguments) where `of` is not null.
struct CallSyntax {
  SyntaxPtr of;
  std::string function;
  std::vector<ArgumentSyntax> arguments;
};
// start:end:step; what is left out is null.
struct SliceSyntax {
  SyntaxPtr start, end, step;
};
using IndexSyntax = std::variant<SyntaxPtr, SliceSyntax>;
// of[indices]
struct SubscriptSyntax {
  SyntaxPtr of;
  std::vector<IndexSyntax> indices;
};

struct Syntax {
  // Of the byte that errors point at: of an operator, of a function's name, of a bracket.
  size_t offset;
  std::variant<NumberSyntax, TextSyntax, NoneSyntax, NameSyntax, ListSyntax, UnarySyntax,
               BinarySyntax, MemberSyntax, CallSyntax, SubscriptSyntax>
      what;
  int depth = 1;  // of the tree from here
};

struct Statement {
  std::string target;  // that the value is assigned to; empty: to none
  SyntaxPtr value;
};
using Program = std::vector<Statement>;

}  // namespace gradd::cli
