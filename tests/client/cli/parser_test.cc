#include "client/cli/expression/parser.h"

#include <string>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/expression/error.h"

namespace gradd::cli {
namespace {

// The tree in parentheses, operators first.
struct Written {
  std::string operator()(const SyntaxPtr& syntax) const {
    return syntax == nullptr ? "_" : std::visit(*this, syntax->what);
  }
  std::string operator()(const NumberSyntax& number) const { return number.number.ToString(); }
  std::string operator()(const TextSyntax& text) const { return absl::StrCat("'", text.text, "'"); }
  std::string operator()(const NoneSyntax&) const { return "None"; }
  std::string operator()(const NameSyntax& name) const { return name.name; }
  std::string operator()(const ListSyntax& list) const {
    std::string text = "[";
    for (const SyntaxPtr& item : list.items) {
      absl::StrAppend(&text, text.size() > 1 ? " " : "", (*this)(item));
    }
    return text + "]";
  }
  std::string operator()(const UnarySyntax& unary) const {
    return absl::StrCat("(", unary.symbol, " ", (*this)(unary.operand), ")");
  }
  std::string operator()(const BinarySyntax& binary) const {
    return absl::StrCat("(", binary.symbol, " ", (*this)(binary.left), " ", (*this)(binary.right),
                        ")");
  }
  std::string operator()(const MemberSyntax& member) const {
    return absl::StrCat("(. ", (*this)(member.of), " ", member.name, ")");
  }
  std::string operator()(const CallSyntax& call) const {
    std::string text = absl::StrCat("(", call.function);
    if (call.of != nullptr) absl::StrAppend(&text, " ", (*this)(call.of));
    for (const ArgumentSyntax& argument : call.arguments) {
      absl::StrAppend(&text, " ", argument.keyword, argument.keyword.empty() ? "" : "=",
                      (*this)(argument.value));
    }
    return text + ")";
  }
  std::string operator()(const SubscriptSyntax& subscript) const {
    std::string text = absl::StrCat("(at ", (*this)(subscript.of));
    for (const IndexSyntax& index : subscript.indices) {
      absl::StrAppend(&text, " ", std::visit(*this, index));
    }
    return text + ")";
  }
  std::string operator()(const SliceSyntax& slice) const {
    return absl::StrCat((*this)(slice.start), ":", (*this)(slice.end), ":", (*this)(slice.step));
  }
};

std::string Tree(const std::string& text) {
  std::string trees;
  for (const Statement& statement : Parse(text)) {
    absl::StrAppend(&trees, trees.empty() ? "" : "; ", statement.target,
                    statement.target.empty() ? "" : " = ", Written()(statement.value));
  }
  return trees;
}

TEST(Parser, BindsAsPythonDoes) {
  EXPECT_EQ(Tree("1 + 2 * 3 - 4"), "(- (+ 1 (* 2 3)) 4)");
  EXPECT_EQ(Tree("a @ b * c / d"), "(/ (* (@ a b) c) d)");
  EXPECT_EQ(Tree("a // b % c"), "(% (// a b) c)");
  EXPECT_EQ(Tree("-x ** 2"), "(- (** x 2))");
  EXPECT_EQ(Tree("2 ** -x ** 3"), "(** 2 (- (** x 3)))");
  EXPECT_EQ(Tree("-+-x"), "(- (+ (- x)))");
  EXPECT_EQ(Tree("(1 + 2) * 3"), "(* (+ 1 2) 3)");
  EXPECT_EQ(Tree("a + b < c * d"), "(< (+ a b) (* c d))");
  EXPECT_EQ(Tree("-x.sin()[0]"), "(- (at (sin x) 0))");
}

TEST(Parser, ReadsNumbersListsAndWords) {
  EXPECT_EQ(Tree("[1, [2.5, .5], []]"), "[1 [2.5 0.5] []]");
  EXPECT_EQ(Tree("(1,); (); (1, 2,)"), "[1]; []; [1 2]");
  EXPECT_EQ(Tree("1e3; 1.; 1E-2"), "1000; 1; 0.01");
  EXPECT_EQ(Tree("True; False; None; x_1; 'cpu'; \"a b\""), "True; False; None; x_1; 'cpu'; 'a b'");
  EXPECT_EQ(Parse("1.")[0].value->depth, 1);
}

TEST(Parser, ReadsCallsAndSubscripts) {
  EXPECT_EQ(Tree("sum(x, dims=[0], keepdim=True)"), "(sum x dims=[0] keepdim=True)");
  EXPECT_EQ(Tree("x.sum(0).exp()"), "(exp (sum x 0))");
  EXPECT_EQ(Tree("y.grad_fn.next_functions[0]"), "(at (. (. y grad_fn) next_functions) 0)");
  EXPECT_EQ(Tree("x[0, 1:3, ::2, :, -1:]"), "(at x 0 1:3:_ _:_:2 _:_:_ (- 1):_:_)");
  EXPECT_EQ(Tree("f()"), "(f)");
}

TEST(Parser, DividesStatements) {
  EXPECT_EQ(Tree("x = 1; y = x\nx == y"), "x = 1; y = x; (== x y)");
  EXPECT_EQ(Tree(";;\n\n"), "");
  EXPECT_EQ(Tree("f(1,\n  2)\n[3,\n 4]"), "(f 1 2); [3 4]") << "a line ends outside of brackets";
  EXPECT_EQ(Tree("x = 2  # two; not three\nx"), "x = 2; x");
}

struct Refusal {
  std::string text;
  size_t offset;
  std::string message;
};

TEST(Parser, SaysWhereItCannotGoOn) {
  const Refusal refusals[] = {
      {"1 +", 3, "expected a value, but got the end"},
      {"x = ; y", 4, "expected a value, but got the end of the statement"},
      {"(1 + 2", 6, "expected ',', but got the end"},
      {"f(a=1, 2)", 7, "a positional argument follows a keyword argument"},
      {"x[]", 2, "expected an index, but got ']'"},
      {"x.1", 1, "expected an operator or ';', but got '.1'"},
      {"x. + 1", 3, "expected a name, but got '+'"},
      {"1 2", 2, "expected an operator or ';', but got '2'"},
      {"a $ b", 2, "unexpected '$'"},
      {"12abc", 2, "invalid number '12a'"},
      {"99999999999999999999", 0, "99999999999999999999 does not fit into int64"},
      {"f('cpu)", 2, "this quote is not closed"},
      {"a < b < c", 6, "expected an operator or ';', but got '<'"},
  };
  for (const Refusal& refusal : refusals) {
    try {
      (void)Parse(refusal.text);
      ADD_FAILURE() << refusal.text << ": nothing was thrown";
    } catch (const ExpressionError& error) {
      EXPECT_EQ(error.what(), refusal.message) << refusal.text;
      EXPECT_EQ(error.offset(), refusal.offset) << refusal.text;
    }
  }
}

TEST(Parser, RefusesWhatIsTooDeepToWalk) {
  const auto repeat = [](const std::string& text, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
  };
  EXPECT_NO_THROW((void)Parse(repeat("(", 400) + "1" + repeat(")", 400)));
  for (const std::string& text :
       {repeat("(", 100'000), repeat("[", 100'000), repeat("-", 100'000) + "1",
        "1" + repeat("+1", 100'000), "x" + repeat(".T", 100'000), "1" + repeat("**1", 100'000),
        repeat("f(", 100'000), "x" + repeat("[0]", 100'000)}) {
    EXPECT_THROW((void)Parse(text), ExpressionError) << text.substr(0, 10);
  }
}

TEST(Parser, PointsAtThePlace) {
  EXPECT_EQ(PointAt("a + b", 2), "  a + b\n    ^");
  EXPECT_EQ(PointAt("x = 1\ny = z\n", 10), "  y = z\n      ^");
  EXPECT_EQ(PointAt("\tf(1)", 1), "  \tf(1)\n  \t^");
  EXPECT_EQ(PointAt("'\xc3\xa9' + 1", 5), "  '\xc3\xa9' + 1\n      ^")
      << "one character, two bytes";
  EXPECT_EQ(PointAt("1 +", 99), "  1 +\n     ^");
  EXPECT_EQ(PointAt("", 0), "  \n  ^");
}

TEST(Parser, FindsItsPlacesAgainInTheClientsErrors) {
  EXPECT_EQ(OffsetOf(SourceLineOf(17).ToString()), 17u);
  EXPECT_EQ(OffsetOf("train.cc:42"), std::nullopt);
  EXPECT_EQ(OffsetOf("expression:0"), std::nullopt);
  EXPECT_EQ(OffsetOf(""), std::nullopt);
}

}  // namespace
}  // namespace gradd::cli
