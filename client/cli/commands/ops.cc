// gradctl ops
#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "client/cli/command.h"
#include "client/cli/target.h"
#include "client/cli/text_table.h"
#include "core/ops/op_table.h"

namespace gradd::cli {
namespace {

std::string PrintValue(const AttributeValue& value) {
  if (const auto* v = std::get_if<bool>(&value)) return *v ? "True" : "False";
  if (const auto* v = std::get_if<int64_t>(&value)) return absl::StrCat(*v);
  if (const auto* v = std::get_if<double>(&value)) return absl::StrCat(*v);
  if (const auto* v = std::get_if<DType>(&value)) return std::string(Name(*v));
  if (const auto* v = std::get_if<Dims>(&value)) return ToString(*v);
  if (const auto* v = std::get_if<Scalar>(&value)) return v->ToString();
  return "None";
}

// The op in the table that this program was built with, if it means the same as the server's: that
// knows what arguments are when they are not given.
const Op* OwnOp(const v1::OpDescription& described) {
  const Op* const op = FindOp(described.name());
  return op != nullptr && op->hash == described.hash() ? op : nullptr;
}

// "=0.5", "=…" when it is not known, or nothing for what has to be given.
std::string AttributeDefault(const v1::OpDescription& described, size_t attribute) {
  if (!described.attributes(static_cast<int>(attribute)).optional()) return "";
  const Op* const op = OwnOp(described);
  return op == nullptr ? "=…" : "=" + PrintValue(op->attributes[attribute].fallback);
}
std::string InputDefault(const v1::OpDescription& described, size_t input) {
  const Op* const op = OwnOp(described);
  if (op == nullptr || input >= op->input_defaults.size() || !op->input_defaults[input]) return "";
  return absl::StrCat("=", *op->input_defaults[input]);
}

std::string Signature(const v1::OpDescription& op) {
  std::vector<std::string> parameters;
  for (const std::string& name : op.arguments()) {
    const auto& inputs = op.inputs();
    const auto input = std::find(inputs.begin(), inputs.end(), name);
    const auto attribute =
        std::find_if(op.attributes().begin(), op.attributes().end(),
                     [&](const v1::AttributeDescription& a) { return a.name() == name; });
    std::string& parameter = parameters.emplace_back(name);
    if (input != inputs.end()) {
      parameter += InputDefault(op, static_cast<size_t>(input - inputs.begin()));
    } else if (attribute != op.attributes().end()) {
      parameter += AttributeDefault(op, static_cast<size_t>(attribute - op.attributes().begin()));
    }
  }
  return absl::StrCat(op.name(), "(", absl::StrJoin(parameters, ", "), ")");
}

void Describe(const v1::OpDescription& op, std::ostream& out) {
  out << Signature(op) << "\n\n" << op.doc() << "\n\n";
  std::vector<std::vector<std::string>> rows;
  for (const std::string& input : op.inputs()) {
    const bool list = op.variadic() && &input == &*op.inputs().rbegin();
    rows.push_back({input, list ? "tensors" : "tensor", ""});
  }
  for (const v1::AttributeDescription& attribute : op.attributes()) {
    rows.push_back({attribute.name(), attribute.kind(), attribute.optional() ? "optional" : ""});
  }
  if (!rows.empty()) WriteTable({{"ARGUMENT"}, {"KIND"}, {""}}, rows, out);
  out << "\n" << (op.differentiable() ? "Differentiable." : "Not differentiable.");
  if (op.has_in_place_form()) out << " In place: " << op.name() << "_.";
  if (op.data_dependent()) out << " The result's shape depends on the values.";
  if (OwnOp(op) == nullptr) {
    const bool unknown = FindOp(op.name()) == nullptr;
    out << "\nThis gradctl " << (unknown ? "does not know the op" : "knows another op of the name")
        << ", so 'eval' cannot call it here.";
  }
  out << "\n";
}

int DescribeOne(const v1::ListOpsResponse& catalog, const std::string& name, std::ostream& out) {
  std::vector<std::string> similar;
  for (const v1::OpDescription& op : catalog.ops()) {
    if (op.name() == name) {
      Describe(op, out);
      return 0;
    }
    if (absl::StrContains(op.name(), name)) similar.push_back(op.name());
  }
  throw std::runtime_error(absl::StrCat("the server has no op '", name, "'",
                                        similar.empty() ? "" : "; there is ",
                                        absl::StrJoin(similar, ", ")));
}

int Run(const CommandLine& line, std::ostream& out) {
  const ConnectionOptions options = OptionsFrom(line);
  Service service = ServiceOf(options);
  v1::ListOpsResponse catalog =
      Must(service.Call(&Service::Stub::ListOps, v1::ListOpsRequest(), options.connect_timeout),
           options);
  if (!line.arguments().empty()) return DescribeOne(catalog, line.arguments()[0], out);
  std::sort(catalog.mutable_ops()->begin(), catalog.mutable_ops()->end(),
            [](const auto& a, const auto& b) { return a.name() < b.name(); });
  std::vector<std::vector<std::string>> rows;
  for (const v1::OpDescription& op : catalog.ops()) rows.push_back({Signature(op), op.doc()});
  WriteTable({{"OP"}, {"DOES"}}, rows, out);
  return 0;
}

}  // namespace

Command OpsCommand() {
  Command command;
  command.name = "ops";
  command.arguments = "[NAME]";
  command.summary = "The server's ops, or all about one.";
  command.flags = WithTargetFlags();
  command.max_arguments = 1;
  command.run = &Run;
  return command;
}

}  // namespace gradd::cli
