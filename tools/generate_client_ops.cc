// Usage: generate_client_ops <directory>
//
// Writes the C++ client's functions and methods for all ops of the op table: op_functions.h,
// op_functions.cc and op_methods.h. Runs in the build, so a new op adds nothing there by hand.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "core/ops/op_table.h"

namespace gradd {
namespace {

constexpr char kSource[] = "SourceLine at = SourceLine::Here()";

struct Parameter {
  std::string type;
  std::string name;
  std::string fallback;  // empty: must be given
  std::string value;     // what Attributes or the inputs get
  bool is_input = false;
};

// An op that takes no tensor: its dtype and device come from TensorOptions.
bool Creates(const Op& op) { return op.inputs.empty(); }

std::string DTypeLiteral(DType dtype) {
  switch (dtype) {
    case DType::kBool:
      return "DType::kBool";
    case DType::kInt32:
      return "DType::kInt32";
    case DType::kInt64:
      return "DType::kInt64";
    case DType::kFloat16:
      return "DType::kFloat16";
    case DType::kBFloat16:
      return "DType::kBFloat16";
    case DType::kFloat64:
      return "DType::kFloat64";
    case DType::kFloat32:
      break;
  }
  return "DType::kFloat32";
}

std::string DimsLiteral(const Dims& dims) {
  return absl::StrCat("{", absl::StrJoin(dims, ", "), "}");
}

std::string Literal(const AttributeValue& value) {
  if (const auto* v = std::get_if<bool>(&value)) return *v ? "true" : "false";
  if (const auto* v = std::get_if<int64_t>(&value)) return absl::StrCat(*v);
  if (const auto* v = std::get_if<double>(&value)) return absl::StrCat("double{", *v, "}");
  if (const auto* v = std::get_if<DType>(&value)) return DTypeLiteral(*v);
  if (const auto* v = std::get_if<Dims>(&value)) return DimsLiteral(*v);
  if (const auto* v = std::get_if<Scalar>(&value)) {
    return v->dtype() == DType::kBool ? (v->To<bool>() ? "true" : "false") : v->ToString();
  }
  return "";
}

std::string CppType(AttributeKind kind) {
  switch (kind) {
    case AttributeKind::kBool:
      return "bool";
    case AttributeKind::kInt:
      return "int64_t";
    case AttributeKind::kFloat:
      return "double";
    case AttributeKind::kDType:
      return "DType";
    case AttributeKind::kDims:
      return "DimsArg";
    case AttributeKind::kScalar:
      return "Scalar";
    case AttributeKind::kDevice:
      return "DeviceId";
  }
  return "";
}

Parameter AttributeParameter(const AttributeDef& def) {
  Parameter parameter = {CppType(def.kind), def.name, Literal(def.fallback), def.name};
  if (def.optional) {
    parameter.value = absl::StrCat("Optional(", def.name, ")");
    if (def.kind == AttributeKind::kDims) {
      parameter.type = "const OptionalDimsArg&";
      parameter.value = absl::StrCat("Optional(", def.name, ".dims())");
    } else {
      parameter.type = absl::StrCat("std::optional<", parameter.type, ">");
    }
    parameter.fallback = "std::nullopt";
  } else if (def.kind == AttributeKind::kDims) {
    parameter.type = "const DimsArg&";
    parameter.value = absl::StrCat(def.name, ".dims()");
  }
  return parameter;
}

// What an op that creates takes from TensorOptions; empty for its other attributes.
std::string FromOptions(const AttributeDef& def) {
  if (def.kind == AttributeKind::kDType && def.name == "dtype") {
    if (def.optional) return "Optional(options.dtype())";
    return absl::StrCat("options.dtype().value_or(", Literal(def.fallback), ")");
  }
  if (def.kind == AttributeKind::kDevice && def.name == "device") return "DeviceOf(options, at)";
  return "";
}

struct Function {
  const Op& op;
  std::vector<Parameter> parameters;
  std::vector<std::string> attributes;  // expressions

  explicit Function(const Op& described) : op(described), attributes(described.attributes.size()) {
    for (const OpArgument argument : ArgumentsOf(op)) {
      if (argument.is_input) {
        AddInput(argument.position);
      } else {
        AddAttribute(argument.position);
      }
    }
    if (Creates(op)) parameters.push_back({"const TensorOptions&", "options", "{}", ""});
  }

  void AddInput(size_t i) {
    const std::string& input = op.inputs[i];
    if (IsList(i)) {
      parameters.push_back({"const std::vector<Tensor>&", input, "", input, true});
      return;
    }
    const bool number = op.inputs.size() > 1 && (op.is_pointwise || op.number_inputs.Contains(i));
    const bool has_default = i < op.input_defaults.size() && op.input_defaults[i].has_value();
    parameters.push_back({number ? "const Operand&" : "const Tensor&", input,
                          has_default ? absl::StrCat(*op.input_defaults[i]) : "",
                          absl::StrCat(input, ".value()"), true});
  }

  void AddAttribute(size_t i) {
    const AttributeDef& def = op.attributes[i];
    const std::string option = Creates(op) ? FromOptions(def) : "";
    if (op.is_random && i + 2 >= op.attributes.size()) {
      attributes[i] = "std::monostate()";  // the session fills the seed and the offset in
    } else if (!option.empty()) {
      attributes[i] = option;
    } else {
      parameters.push_back(AttributeParameter(def));
      attributes[i] = parameters.back().value;
    }
  }

  bool IsList(size_t input) const { return op.is_variadic && input + 1 == op.inputs.size(); }
  // Methods are called on their first argument.
  bool HasMethod() const {
    // where(condition, a, b) is no method of its condition.
    return !Creates(op) && op.condition_input != 0 && !IsList(0);
  }

  std::string result() const { return op.output_count == 1 ? "Tensor" : "std::vector<Tensor>"; }

  // "(const Tensor& input, bool keepdim = false, SourceLine at = …)", from a parameter on.
  std::string Signature(size_t first, bool with_defaults) const {
    std::vector<std::string> list;
    // C++ wants every parameter behind one with a default to have one too.
    size_t defaults_from = parameters.size();
    while (defaults_from > first && !parameters[defaults_from - 1].fallback.empty())
      --defaults_from;
    for (size_t i = first; i < parameters.size(); ++i) {
      const Parameter& p = parameters[i];
      const bool defaulted = with_defaults && i >= defaults_from;
      list.push_back(absl::StrCat(p.type, " ", p.name, defaulted ? " = " + p.fallback : ""));
    }
    list.emplace_back(with_defaults ? kSource : "SourceLine at");
    return absl::StrCat("(", absl::StrJoin(list, ", "), ")");
  }
  std::string Inputs() const {
    std::vector<std::string> list(op.inputs.size());
    for (const Parameter& p : parameters) {
      if (p.is_input)
        list[std::find(op.inputs.begin(), op.inputs.end(), p.name) - op.inputs.begin()] = p.value;
    }
    if (!op.is_variadic) return absl::StrCat("{", absl::StrJoin(list, ", "), "}");
    const std::string tensors = list.back();
    list.pop_back();
    return absl::StrCat("WithList({", absl::StrJoin(list, ", "), "}, ", tensors, ")");
  }
  // ", keepdim, at": the arguments of a call from parameter `first` on.
  std::string Arguments(size_t first) const {
    std::string list;
    for (size_t i = first; i < parameters.size(); ++i) {
      absl::StrAppend(&list, ", ", parameters[i].name);
    }
    return list + ", at";
  }
};

void Write(const std::string& path, const std::string& text) {
  std::ofstream(path) << "// Generated from the op table by tools/generate_client_ops.cc.\n"
                      << text;
}

std::string Declarations(const std::vector<Function>& functions) {
  std::string text;
  for (const Function& f : functions) {
    absl::StrAppend(&text, "// ", f.op.doc, "\n", f.result(), " ", f.op.name, f.Signature(0, true),
                    ";\n");
    if (!f.op.has_in_place_form()) continue;
    absl::StrAppend(&text, "// The same, written into its first argument.\nTensor ", f.op.name, "_",
                    f.Signature(0, true), ";\n");
  }
  return text;
}

std::string Definitions(const std::vector<Function>& functions) {
  std::string text;
  for (const Function& f : functions) {
    const std::string head =
        absl::StrCat("  static const Op& op = OpNamed(\"", f.op.name, "\");\n");
    const std::string attributes = absl::StrCat("{", absl::StrJoin(f.attributes, ", "), "}");
    absl::StrAppend(&text, f.result(), " ", f.op.name, f.Signature(0, false), " {\n", head);
    if (Creates(f.op)) {
      absl::StrAppend(&text, "  return CallCreate(op, ", attributes, ", options, at);\n}\n\n");
    } else if (f.op.output_count == 1) {
      absl::StrAppend(&text, "  return CallOne(op, ", f.Inputs(), ", ", attributes,
                      ", at);\n}\n\n");
    } else {
      absl::StrAppend(&text, "  std::vector<Tensor> outputs;\n  for (Value& output : Call(op, ",
                      f.Inputs(), ", ", attributes,
                      ", at)) outputs.emplace_back(std::move(output));\n",
                      "  return outputs;\n}\n\n");
    }
    if (!f.op.has_in_place_form()) continue;
    absl::StrAppend(&text, "Tensor ", f.op.name, "_", f.Signature(0, false), " {\n", head,
                    "  return CallInPlace(op, ", f.Inputs(), ", ", attributes, ", at);\n}\n\n");
  }
  return text;
}

std::string Methods(const std::vector<Function>& functions) {
  std::string text;
  for (const Function& f : functions) {
    if (!f.HasMethod()) continue;
    for (const char* suffix : {"", "_"}) {
      if (*suffix != '\0' && !f.op.has_in_place_form()) continue;
      const std::string type = f.op.output_count == 1 ? "Self" : "std::vector<Self>";
      absl::StrAppend(&text, "  ", type, " ", f.op.name, suffix, f.Signature(1, true),
                      " const {\n    return client::", f.op.name, suffix, "(self()", f.Arguments(1),
                      ");\n  }\n");
    }
  }
  return text;
}

int Main(const std::string& directory) {
  std::vector<Function> functions;
  for (const Op* op : AllOps()) {
    if (!op->is_internal && !op->is_wrapped) functions.emplace_back(*op);
  }
  Write(absl::StrCat(directory, "/op_functions.h"),
        absl::StrCat("#pragma once\n\n#include <optional>\n#include <vector>\n\n",
                     "#include \"client/cpp/dims_arg.h\"\n#include \"client/cpp/operand.h\"\n",
                     "#include \"client/cpp/source_line.h\"\n",
                     "#include \"client/cpp/tensor_options.h\"\n\n",
                     "namespace gradd {\ninline namespace client {\n\nclass Tensor;\n\n",
                     Declarations(functions), "\n}  // namespace client\n}  // namespace gradd\n"));
  Write(absl::StrCat(directory, "/op_functions.cc"),
        absl::StrCat(
            "#include \"client/cpp/op_functions.h\"\n\n#include <utility>\n\n",
            "#include \"client/cpp/call.h\"\n\nnamespace gradd {\ninline namespace client {\n\n",
            Definitions(functions), "}  // namespace client\n}  // namespace gradd\n"));
  Write(absl::StrCat(directory, "/op_methods.h"),
        absl::StrCat("#pragma once\n\n#include \"client/cpp/op_functions.h\"\n\n",
                     "namespace gradd {\ninline namespace client {\n\n",
                     "// The functions of op_functions.h as methods of their first argument.\n",
                     "template <class Self>\nclass OpMethods {\n public:\n", Methods(functions),
                     "\n private:\n  const Self& self() const { return static_cast<const Self&>",
                     "(*this); }\n};\n\n}  // namespace client\n}  // namespace gradd\n"));
  return 0;
}

}  // namespace
}  // namespace gradd

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: generate_client_ops <directory>\n");
    return 2;
  }
  return gradd::Main(argv[1]);
}
