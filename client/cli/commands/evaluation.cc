#include "client/cli/commands/evaluation.h"

#include <iostream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "client/cli/expression/error.h"
#include "client/cli/expression/evaluator.h"
#include "client/cli/expression/parser.h"
#include "client/cli/target.h"
#include "client/cpp/connection.h"
#include "client/cpp/error.h"

namespace gradd::cli {
namespace {

ConnectionOptions SessionOptions(const CommandLine& line) {
  ConnectionOptions options = OptionsFrom(line);
  options.device = line.Get("device");
  if (line.Has("seed")) {
    uint64_t seed = 0;
    if (!absl::SimpleAtoi(line.Get("seed"), &seed)) throw UsageError("--seed is a whole number");
    options.seed = seed;
  }
  options.allow_tf32 = line.Has("allow_tf32");
  return options;
}

[[noreturn]] void Fail(const std::string& text, const std::string& message, size_t offset) {
  throw std::runtime_error(absl::StrCat(message, "\n", PointAt(text, offset)));
}

}  // namespace

const char* const kLanguageHelp =
    "The language is a part of Python's: numbers, lists as tensors, names given with '=',\n"
    "statements behind ';' or on lines of their own, + - * / // % ** @ and comparisons, x[0, "
    "1:3],\n"
    "every op of 'gradctl ops' as a function f(x) or a method x.f(), x.shape, x.grad, "
    "y.backward(),\n"
    "grad(y, x), tensor([1.], requires_grad=True). '-' reads the expression from the input.\n";

std::vector<Flag> EvaluationFlags(std::vector<Flag> flags) {
  flags.push_back({"device", "DEVICE", "Where tensors live; otherwise what the server says."});
  flags.push_back({"seed", "N", "Of the random numbers."});
  flags.push_back({"allow_tf32", "", "Let CUDA devices multiply float32 matrices in TF32."});
  return WithTargetFlags(std::move(flags));
}

void EvaluateArgument(const CommandLine& line, const std::function<void(const Object&)>& each,
                      const std::function<void(const Object&, const Variables&)>& last) {
  std::string text = line.arguments()[0];
  if (text == "-") text.assign(std::istreambuf_iterator<char>(std::cin), {});
  try {
    const Program program = Parse(text);
    Evaluator evaluator{Connection(SessionOptions(line))};
    const Object value = evaluator.Run(program, each);
    if (last) last(value, evaluator.variables());
  } catch (const ExpressionError& error) {
    Fail(text, error.what(), error.offset());
  } catch (const Error& error) {
    const std::optional<size_t> offset = OffsetOf(error.source());
    if (!offset) throw;
    Fail(text, error.message(), *offset);
  }
}

}  // namespace gradd::cli
