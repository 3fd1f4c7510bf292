#include "client/cli/expression/lexer.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "client/cli/expression/error.h"

namespace gradd::cli {
namespace {

// The longer of two that begin alike comes first.
constexpr absl::string_view kSymbols[] = {"**", "//", "==", "!=", "<=", ">=", "+", "-",
                                          "*",  "/",  "@",  "%",  "<",  ">",  "=", "(",
                                          ")",  "[",  "]",  ",",  ".",  ":"};

bool BeginsName(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

class Lexer {
 public:
  explicit Lexer(absl::string_view text) : text_(text) {}

  std::vector<Token> Read() {
    while (place_ < text_.size()) ReadOne();
    Add(Token::Kind::kEnd, text_.size(), "");
    return std::move(tokens_);
  }

 private:
  char At(size_t place) const { return place < text_.size() ? text_[place] : '\0'; }

  Token& Add(Token::Kind kind, size_t offset, absl::string_view text) {
    return tokens_.emplace_back(Token{kind, offset, std::string(text), Scalar(0)});
  }

  void ReadOne() {
    const char c = text_[place_];
    if (c == ';' || c == '\n') {
      if (c == ';' || open_brackets_ == 0) Add(Token::Kind::kBreak, place_, ";");
      ++place_;
    } else if (c == '#') {
      while (place_ < text_.size() && text_[place_] != '\n') ++place_;
    } else if (absl::ascii_isspace(static_cast<unsigned char>(c))) {
      ++place_;
    } else if (IsDigit(c) || (c == '.' && IsDigit(At(place_ + 1)))) {
      ReadNumber();
    } else if (BeginsName(c)) {
      const size_t start = place_;
      while (BeginsName(At(place_)) || IsDigit(At(place_))) ++place_;
      Add(Token::Kind::kName, start, text_.substr(start, place_ - start));
    } else if (c == '"' || c == '\'') {
      ReadText(c);
    } else {
      ReadSymbol();
    }
  }

  void ReadNumber() {
    const size_t start = place_;
    bool whole = true;
    const auto digits = [&] {
      while (IsDigit(At(place_))) ++place_;
    };
    digits();
    if (At(place_) == '.') {
      whole = false;
      ++place_;
      digits();
    }
    if (At(place_) == 'e' || At(place_) == 'E') {
      const size_t sign = At(place_ + 1) == '+' || At(place_ + 1) == '-' ? 1 : 0;
      if (IsDigit(At(place_ + 1 + sign))) {
        whole = false;
        place_ += 1 + sign;
        digits();
      }
    }
    const absl::string_view word = text_.substr(start, place_ - start);
    if (BeginsName(At(place_))) {
      throw ExpressionError(place_,
                            absl::StrCat("invalid number '", word, text_.substr(place_, 1), "'"));
    }
    int64_t integer = 0;
    double number = 0;
    if (whole && !absl::SimpleAtoi(word, &integer)) {
      throw ExpressionError(start, absl::StrCat(word, " does not fit into int64"));
    }
    if (!whole && !absl::SimpleAtod(word, &number)) {
      throw ExpressionError(start, absl::StrCat("invalid number '", word, "'"));
    }
    Add(Token::Kind::kNumber, start, word).number = whole ? Scalar(integer) : Scalar(number);
  }

  void ReadText(char quote) {
    const size_t start = place_;
    const size_t end = text_.find(quote, start + 1);
    if (end == absl::string_view::npos) throw ExpressionError(start, "this quote is not closed");
    Add(Token::Kind::kText, start, text_.substr(start + 1, end - start - 1));
    place_ = end + 1;
  }

  void ReadSymbol() {
    for (const absl::string_view symbol : kSymbols) {
      if (!absl::StartsWith(text_.substr(place_), symbol)) continue;
      if (symbol == "(" || symbol == "[") ++open_brackets_;
      if ((symbol == ")" || symbol == "]") && open_brackets_ > 0) --open_brackets_;
      Add(Token::Kind::kSymbol, place_, symbol);
      place_ += symbol.size();
      return;
    }
    throw ExpressionError(place_, absl::StrCat("unexpected '", text_.substr(place_, 1), "'"));
  }

  const absl::string_view text_;
  size_t place_ = 0;
  int open_brackets_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> ReadTokens(absl::string_view text) { return Lexer(text).Read(); }

}  // namespace gradd::cli
