#include "client/cli/expression/parser.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "client/cli/expression/error.h"
#include "client/cli/expression/lexer.h"

namespace gradd::cli {
namespace {

using Kind = Token::Kind;

int DepthOf(const SyntaxPtr& syntax) { return syntax ? syntax->depth : 0; }

class Parser {
 public:
  explicit Parser(absl::string_view text) : tokens_(ReadTokens(text)) {}

  Program Read() {
    Program program;
    while (true) {
      while (Now().kind == Kind::kBreak) ++place_;
      if (Now().kind == Kind::kEnd) return program;
      program.push_back(ReadStatement());
      if (Now().kind != Kind::kBreak && Now().kind != Kind::kEnd) Refuse("an operator or ';'");
    }
  }

 private:
  const Token& Now() const { return tokens_[place_]; }
  const Token& Next() const { return tokens_[std::min(place_ + 1, tokens_.size() - 1)]; }

  [[noreturn]] void Refuse(absl::string_view expected) const {
    const std::string found = Now().kind == Kind::kEnd     ? "the end"
                              : Now().kind == Kind::kBreak ? "the end of the statement"
                                                           : absl::StrCat("'", Now().text, "'");
    throw ExpressionError(Now().offset, absl::StrCat("expected ", expected, ", but got ", found));
  }
  bool Take(absl::string_view symbol) {
    if (!Now().Is(symbol)) return false;
    ++place_;
    return true;
  }
  void Need(absl::string_view symbol) {
    if (!Take(symbol)) Refuse(absl::StrCat("'", symbol, "'"));
  }
  // The first of the symbols that is next.
  std::optional<Token> TakeOneOf(std::initializer_list<absl::string_view> symbols) {
    for (const absl::string_view symbol : symbols) {
      if (Now().Is(symbol)) return tokens_[place_++];
    }
    return std::nullopt;
  }

  // `children`: the deepest of them.
  template <class T>
  SyntaxPtr Make(size_t offset, T what, int children = 0) {
    if (children >= kMaxDepth) throw ExpressionError(offset, "the expression is nested too deeply");
    return std::make_unique<const Syntax>(Syntax{offset, std::move(what), children + 1});
  }
  SyntaxPtr MakeBinary(const Token& symbol, SyntaxPtr left, SyntaxPtr right) {
    const int depth = std::max(DepthOf(left), DepthOf(right));
    return Make(symbol.offset, BinarySyntax{symbol.text, std::move(left), std::move(right)}, depth);
  }

  Statement ReadStatement() {
    Statement statement;
    if (Now().kind == Kind::kName && Next().Is("=")) {
      statement.target = Now().text;
      place_ += 2;
    }
    statement.value = ReadCompared();
    return statement;
  }

  SyntaxPtr ReadCompared() {
    if (++open_ > kMaxDepth) {
      throw ExpressionError(Now().offset, "the expression is nested too deeply");
    }
    SyntaxPtr left = ReadSum();
    if (const auto symbol = TakeOneOf({"==", "!=", "<=", ">=", "<", ">"})) {
      left = MakeBinary(*symbol, std::move(left), ReadSum());
    }
    --open_;
    return left;
  }

  SyntaxPtr ReadSum() {
    SyntaxPtr left = ReadProduct();
    while (const auto symbol = TakeOneOf({"+", "-"})) {
      left = MakeBinary(*symbol, std::move(left), ReadProduct());
    }
    return left;
  }

  SyntaxPtr ReadProduct() {
    SyntaxPtr left = ReadSigned();
    while (const auto symbol = TakeOneOf({"*", "//", "/", "%", "@"})) {
      left = MakeBinary(*symbol, std::move(left), ReadSigned());
    }
    return left;
  }

  SyntaxPtr ReadSigned() {
    std::vector<Token> signs;
    while (const auto symbol = TakeOneOf({"-", "+"})) signs.push_back(*symbol);
    SyntaxPtr operand = ReadPower();
    for (; !signs.empty(); signs.pop_back()) {
      const int depth = DepthOf(operand);
      operand =
          Make(signs.back().offset, UnarySyntax{signs.back().text, std::move(operand)}, depth);
    }
    return operand;
  }

  SyntaxPtr ReadPower() {
    SyntaxPtr base = ReadPostfix();
    const auto symbol = TakeOneOf({"**"});
    if (!symbol) return base;
    if (++open_ > kMaxDepth) {
      throw ExpressionError(symbol->offset, "the expression is nested too deeply");
    }
    base = MakeBinary(*symbol, std::move(base), ReadSigned());  // 2**3**2 is 2**9
    --open_;
    return base;
  }

  SyntaxPtr ReadPostfix() {
    SyntaxPtr syntax = ReadPrimary();
    while (true) {
      const size_t offset = Now().offset;
      if (Take(".")) {
        if (Now().kind != Kind::kName) Refuse("a name");
        const Token name = tokens_[place_++];
        syntax =
            Now().Is("(") ? ReadCall(name, std::move(syntax)) : MakeMember(name, std::move(syntax));
      } else if (Take("[")) {
        syntax = ReadSubscript(offset, std::move(syntax));
      } else {
        return syntax;
      }
    }
  }

  SyntaxPtr MakeMember(const Token& name, SyntaxPtr of) {
    const int depth = DepthOf(of);
    return Make(name.offset, MemberSyntax{std::move(of), name.text}, depth);
  }

  SyntaxPtr ReadCall(const Token& name, SyntaxPtr of) {
    Need("(");
    int depth = DepthOf(of);
    CallSyntax call{std::move(of), name.text, {}};
    while (!Take(")")) {
      if (!call.arguments.empty()) {
        Need(",");
        if (Take(")")) break;
      }
      const size_t offset = Now().offset;
      ArgumentSyntax& argument = call.arguments.emplace_back();
      if (Now().kind == Kind::kName && Next().Is("=")) {
        argument.keyword = Now().text;
        place_ += 2;
      } else if (call.arguments.size() > 1 && !(call.arguments.rbegin() + 1)->keyword.empty()) {
        throw ExpressionError(offset, "a positional argument follows a keyword argument");
      }
      argument.value = ReadCompared();
      depth = std::max(depth, DepthOf(argument.value));
    }
    return Make(name.offset, std::move(call), depth);
  }

  SyntaxPtr ReadSubscript(size_t offset, SyntaxPtr of) {
    int depth = DepthOf(of);
    SubscriptSyntax subscript{std::move(of), {}};
    do {
      SliceSyntax slice;
      const auto read = [&](SyntaxPtr& part) {
        if (Now().Is(":") || Now().Is(",") || Now().Is("]")) return;
        part = ReadCompared();
        depth = std::max(depth, DepthOf(part));
      };
      read(slice.start);
      if (!Take(":")) {
        if (slice.start == nullptr) Refuse("an index");
        subscript.indices.emplace_back(std::move(slice.start));
        continue;
      }
      read(slice.end);
      if (Take(":")) read(slice.step);
      subscript.indices.emplace_back(std::move(slice));
    } while (Take(","));
    Need("]");
    return Make(offset, std::move(subscript), depth);
  }

  // The items of a list up to its closing bracket.
  SyntaxPtr ReadList(size_t offset, absl::string_view closing, std::vector<SyntaxPtr> items) {
    while (!Take(closing)) {
      if (!items.empty()) {
        Need(",");
        if (Take(closing)) break;
      }
      items.push_back(ReadCompared());
    }
    int depth = 0;
    for (const SyntaxPtr& item : items) depth = std::max(depth, DepthOf(item));
    return Make(offset, ListSyntax{std::move(items)}, depth);
  }

  SyntaxPtr ReadPrimary() {
    const Token token = Now();
    if (token.kind == Kind::kNumber) {
      ++place_;
      return Make(token.offset, NumberSyntax{token.number});
    }
    if (token.kind == Kind::kText) {
      ++place_;
      return Make(token.offset, TextSyntax{token.text});
    }
    if (token.kind == Kind::kName) {
      ++place_;
      if (token.text == "True") return Make(token.offset, NumberSyntax{Scalar(true)});
      if (token.text == "False") return Make(token.offset, NumberSyntax{Scalar(false)});
      if (token.text == "None") return Make(token.offset, NoneSyntax{});
      if (Now().Is("(")) return ReadCall(token, nullptr);
      return Make(token.offset, NameSyntax{token.text});
    }
    if (Take("[")) return ReadList(token.offset, "]", {});
    if (!Take("(")) Refuse("a value");
    if (Take(")")) return Make(token.offset, ListSyntax{});
    SyntaxPtr first = ReadCompared();
    if (Take(")")) return first;
    std::vector<SyntaxPtr> items;
    items.push_back(std::move(first));
    return ReadList(token.offset, ")", std::move(items));
  }

  const std::vector<Token> tokens_;
  size_t place_ = 0;
  int open_ = 0;  // brackets and exponents that reading is inside of
};

}  // namespace

Program Parse(absl::string_view text) { return Parser(text).Read(); }

}  // namespace gradd::cli
