#include "client/cli/expression/evaluator.h"

#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

#include "client/cli/expression/access.h"
#include "client/cli/expression/convert.h"
#include "client/cli/expression/error.h"
#include "client/cli/expression/functions.h"
#include "client/cli/expression/op_call.h"
#include "client/cli/expression/operators.h"

namespace gradd::cli {
namespace {

// Names that PyTorch has for a dtype beside its own.
const std::map<std::string, DType>& DTypeAliases() {
  static const auto* const aliases = new std::map<std::string, DType>{
      {"double", DType::kFloat64}, {"float", DType::kFloat32}, {"half", DType::kFloat16},
      {"int", DType::kInt32},      {"long", DType::kInt64},
  };
  return *aliases;
}

const std::map<std::string, double>& Constants() {
  static const auto* const constants = new std::map<std::string, double>{
      {"pi", std::acos(-1.0)},
      {"inf", std::numeric_limits<double>::infinity()},
      {"nan", std::numeric_limits<double>::quiet_NaN()},
  };
  return *constants;
}

}  // namespace

Object Evaluator::Run(const Program& program, const std::function<void(const Object&)>& each) {
  Object value = None{};
  for (const Statement& statement : program) {
    value = Evaluate(*statement.value);
    if (!statement.target.empty()) {
      variables_[statement.target] = value;
    } else if (each) {
      if (IsTensorLike(value) && std::holds_alternative<std::shared_ptr<List>>(value)) {
        (void)ToTensor(value, where_, statement.value->offset);  // it prints as one
      }
      each(value);
    }
  }
  return value;
}

Object Evaluator::Evaluate(const Syntax& syntax) {
  if (const auto* const number = std::get_if<NumberSyntax>(&syntax.what)) return number->number;
  if (const auto* const text = std::get_if<TextSyntax>(&syntax.what)) return text->text;
  if (std::holds_alternative<NoneSyntax>(syntax.what)) return None{};
  if (const auto* const name = std::get_if<NameSyntax>(&syntax.what)) {
    return EvaluateName(name->name, syntax.offset);
  }
  if (const auto* const list = std::get_if<ListSyntax>(&syntax.what)) {
    std::vector<Object> items;
    for (const SyntaxPtr& item : list->items) items.push_back(Evaluate(*item));
    return MakeList(std::move(items));
  }
  if (const auto* const unary = std::get_if<UnarySyntax>(&syntax.what)) {
    return ApplyUnary(unary->symbol, Evaluate(*unary->operand), where_, syntax.offset);
  }
  if (const auto* const binary = std::get_if<BinarySyntax>(&syntax.what)) {
    const Object left = Evaluate(*binary->left);
    return ApplyBinary(binary->symbol, left, Evaluate(*binary->right), where_, syntax.offset);
  }
  if (const auto* const member = std::get_if<MemberSyntax>(&syntax.what)) {
    if (IsNamespace(*member->of)) return EvaluateName(member->name, syntax.offset);
    return Member(Evaluate(*member->of), member->name, where_, syntax.offset);
  }
  if (const auto* const call = std::get_if<CallSyntax>(&syntax.what)) {
    return EvaluateCall(*call, syntax.offset);
  }
  return EvaluateSubscript(std::get<SubscriptSyntax>(syntax.what), syntax.offset);
}

bool Evaluator::IsNamespace(const Syntax& syntax) const {
  const auto* const name = std::get_if<NameSyntax>(&syntax.what);
  return name != nullptr && name->name == "torch" && variables_.count("torch") == 0;
}

Object Evaluator::EvaluateName(const std::string& name, size_t offset) const {
  if (const auto found = variables_.find(name); found != variables_.end()) return found->second;
  if (const std::optional<DType> dtype = DTypeFromName(name)) return *dtype;
  if (const auto found = DTypeAliases().find(name); found != DTypeAliases().end()) {
    return found->second;
  }
  if (const auto found = Constants().find(name); found != Constants().end()) {
    return Scalar(found->second);
  }
  const bool function = FindNamedOp(name).op != nullptr || Functions().count(name) > 0;
  throw ExpressionError(offset, function ? absl::StrCat("'", name, "' is a function: ", name, "(…)")
                                         : absl::StrCat("name '", name, "' is not defined"));
}

Object Evaluator::EvaluateCall(const CallSyntax& call, size_t offset) {
  Invocation invocation{call.function, offset, {}};
  if (call.of && !IsNamespace(*call.of)) {
    invocation.arguments.push_back({"", Evaluate(*call.of), call.of->offset});
  }
  for (const ArgumentSyntax& argument : call.arguments) {
    invocation.arguments.push_back(
        {argument.keyword, Evaluate(*argument.value), argument.value->offset});
  }
  // Functions come first: where an op has the same name, they do what its method does.
  if (const auto found = Functions().find(call.function); found != Functions().end()) {
    const BoundArguments bound(invocation, found->second.parameters);
    return found->second.call(bound, where_, SourceLineOf(offset));
  }
  const NamedOp op = FindNamedOp(call.function);
  if (op.op == nullptr) {
    throw ExpressionError(offset, absl::StrCat("there is no function or op '", call.function, "'"));
  }
  return CallOp(op, invocation, where_);
}

Object Evaluator::EvaluateSubscript(const SubscriptSyntax& subscript, size_t offset) {
  const Object of = Evaluate(*subscript.of);
  const auto bound = [&](const SyntaxPtr& syntax) -> std::optional<int64_t> {
    if (syntax == nullptr) return std::nullopt;
    const Object object = Evaluate(*syntax);
    if (std::holds_alternative<None>(object)) return std::nullopt;
    return ToInt(object, syntax->offset);
  };
  std::vector<IndexObject> indices;
  for (const IndexSyntax& index : subscript.indices) {
    if (const auto* const slice = std::get_if<SliceSyntax>(&index)) {
      indices.emplace_back(
          Slice{bound(slice->start), bound(slice->end), bound(slice->step).value_or(1)});
    } else {
      indices.emplace_back(Evaluate(*std::get<SyntaxPtr>(index)));
    }
  }
  return Subscript(of, indices, where_, offset);
}

}  // namespace gradd::cli
