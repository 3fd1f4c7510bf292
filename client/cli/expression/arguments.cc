#include "client/cli/expression/arguments.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "client/cli/expression/error.h"

namespace gradd::cli {
namespace {

bool IsWhole(const Argument& argument) {
  const auto* const number = std::get_if<Scalar>(&argument.value);
  return number != nullptr && number->dtype() == DType::kInt64;
}

}  // namespace

BoundArguments::BoundArguments(const Invocation& invocation, absl::Span<const Parameter> parameters)
    : invocation_(invocation), parameters_(parameters), bound_(parameters.size()) {
  for (Bound& bound : bound_) bound.offset = invocation.offset;
  const std::vector<Argument>& arguments = invocation.arguments;
  const auto positional = static_cast<size_t>(
      std::find_if(arguments.begin(), arguments.end(),
                   [](const Argument& argument) { return !argument.keyword.empty(); }) -
      arguments.begin());
  // Needed parameters that only a position can still give a value.
  const auto needed_behind = [&](size_t parameter) {
    size_t count = 0;
    for (size_t i = parameter + 1; i < parameters.size(); ++i) {
      const bool named = std::any_of(
          arguments.begin(), arguments.end(),
          [&](const Argument& argument) { return argument.keyword == parameters[i].name; });
      if (parameters[i].needed && !named) ++count;
    }
    return count;
  };

  size_t parameter = 0;
  for (size_t i = 0; i < positional; ++parameter) {
    const bool optional = parameter < parameters.size() && !parameters[parameter].needed;
    // arange(5) gives the end, not the start.
    if (optional && positional - i <= needed_behind(parameter)) continue;
    if (parameter == parameters.size()) {
      throw ExpressionError(arguments[i].offset,
                            absl::StrCat(invocation.function, "() takes ", parameters.size(),
                                         " positional arguments, but got ", positional));
    }
    const Argument& first = arguments[i++];
    Object value = first.value;
    if (parameters[parameter].gathers && IsWhole(first)) {
      std::vector<Object> items = {first.value};
      while (i < positional && IsWhole(arguments[i]) && positional - i > needed_behind(parameter)) {
        items.push_back(arguments[i++].value);
      }
      value = MakeList(std::move(items));
    }
    Bind(parameter, std::move(value), first.offset);
  }

  for (size_t i = positional; i < arguments.size(); ++i) {
    const auto found = std::find_if(
        parameters.begin(), parameters.end(),
        [&](const Parameter& candidate) { return candidate.name == arguments[i].keyword; });
    if (found == parameters.end()) {
      throw ExpressionError(
          arguments[i].offset,
          absl::StrCat(invocation.function, "() has no argument '", arguments[i].keyword, "'"));
    }
    Bind(static_cast<size_t>(found - parameters.begin()), arguments[i].value, arguments[i].offset);
  }
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (!parameters[i].needed || bound_[i].given) continue;
    throw ExpressionError(
        invocation.offset,
        absl::StrCat(invocation.function, "() is missing the argument '", parameters[i].name, "'"));
  }
}

void BoundArguments::Bind(size_t parameter, Object value, size_t offset) {
  Bound& bound = bound_[parameter];
  if (bound.given) {
    throw ExpressionError(offset, absl::StrCat(invocation_.function, "() got the argument '",
                                               parameters_[parameter].name, "' twice"));
  }
  bound = {true, std::move(value), offset};
}

}  // namespace gradd::cli
