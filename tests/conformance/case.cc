#include "tests/conformance/case.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "core/ops/op_table.h"

namespace gradd::conformance {
namespace {

using Words = std::vector<absl::string_view>;

// The files are generated, so what is wrong with them is a mistake of ours.
[[noreturn]] void Reject(absl::string_view line) {
  std::cerr << "reference_values: cannot read: " << line << std::endl;
  std::abort();
}

template <class T>
T Number(absl::string_view text) {
  T value;
  bool ok;
  if constexpr (std::is_same_v<T, int64_t>) {
    ok = absl::SimpleAtoi(text, &value);
  } else {
    ok = absl::SimpleAtod(text, &value);
  }
  if (!ok) Reject(text);
  return value;
}

Dims List(absl::string_view text) {
  Dims dims;
  if (!absl::ConsumePrefix(&text, "[") || !absl::ConsumeSuffix(&text, "]")) Reject(text);
  for (const absl::string_view size : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    dims.push_back(Number<int64_t>(size));
  }
  return dims;
}

DType DTypeNamed(absl::string_view name) {
  const std::optional<DType> dtype = DTypeFromName(name);
  if (!dtype.has_value()) Reject(name);
  return *dtype;
}

Scalar ScalarOf(absl::string_view dtype, absl::string_view value) {
  if (dtype == "bool") return value == "1";
  if (dtype == "int64") return Number<int64_t>(value);
  return Number<double>(value);
}

AttributeValue AttributeOf(const Words& words) {
  const absl::string_view kind = words[0];
  if (kind == "none") return std::monostate();
  if (kind == "device") return DeviceId();
  if (kind == "bool") return words[1] == "1";
  if (kind == "int") return Number<int64_t>(words[1]);
  if (kind == "float") return Number<double>(words[1]);
  if (kind == "dtype") return DTypeNamed(words[1]);
  if (kind == "dims") return List(words[1]);
  if (kind == "number") return ScalarOf(words[1], words[2]);
  Reject(kind);
}

// "float64 [2,3] strides [3,1] offset 0 = 1 2 3 4 5 6" or "number float64 1.5"
CaseTensor TensorOf(const Words& words) {
  CaseTensor tensor;
  if (words[0] == "number") {
    tensor.spec = MakeScalar(ScalarOf(words[1], words[2]))->spec();
    tensor.values = {Number<double>(words[2])};
    return tensor;
  }
  tensor.spec = TensorSpec::Contiguous(DTypeNamed(words[0]), List(words[1]), {});
  size_t next = 2;
  if (words[next] == "strides") {
    tensor.spec.strides = List(words[3]);
    tensor.spec.offset = Number<int64_t>(words[5]);
    next = 6;
  }
  for (++next; next < words.size(); ++next) tensor.values.push_back(Number<double>(words[next]));
  if (static_cast<int64_t>(tensor.values.size()) != tensor.spec.element_count()) Reject(words[1]);
  return tensor;
}

}  // namespace

std::vector<Case> ReadCases(const std::string& path) {
  std::vector<Case> cases;
  std::ifstream file(path);
  std::string line;
  Case* current = nullptr;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#') continue;
    Words words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    const absl::string_view keyword = words[0];
    words.erase(words.begin());
    if (keyword == "case") {
      const std::string op(words[0]);
      const size_t name = line.find(op) + op.size() + 1;
      current = &cases.emplace_back(Case{FindOp(op), line.substr(name)});
      current->op_name = op;
    } else if (current == nullptr) {
      Reject(line);
    } else if (keyword == "attribute") {
      current->attributes.push_back(AttributeOf(words));
    } else if (keyword == "input") {
      current->inputs.push_back(TensorOf(words));
    } else if (keyword == "output" && words[0] == "unknown") {
      current->outputs_known = false;
    } else if (keyword == "output") {
      current->outputs.push_back(TensorOf(words));
    } else {
      Reject(line);
    }
  }
  return cases;
}

namespace {

// By op, in the order of the files.
using Table = std::map<std::string, std::vector<Case>, std::less<>>;

const Table& Cases() {
  static const Table* const kTable = [] {
    auto* table = new Table;
    // script/gpu-check runs this far from the sources.
    const char* const elsewhere = std::getenv("GRADD_REFERENCE_VALUES");
    const std::filesystem::path folder = elsewhere ? elsewhere : GRADD_REFERENCE_VALUES;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      for (Case& c : ReadCases(entry.path())) (*table)[c.op_name].push_back(std::move(c));
    }
    return table;
  }();
  return *kTable;
}

// pointwise_vjp takes the cotangent and those arguments of its op ("sin" for "sin_vjp0"), and its
// output, that the derivative uses.
std::vector<Case> FusedCases(const Op& op) {
  std::vector<Case> fused;
  const absl::string_view base = absl::string_view(op.name).substr(0, op.name.rfind("_vjp"));
  const auto found = Cases().find(base);
  if (found == Cases().end()) return fused;
  const std::vector<std::string>& names = FindOp(base)->inputs;
  for (const Case& of : found->second) {
    if (of.inputs.size() != names.size() || !IsFloating(of.outputs[0].spec.dtype)) continue;
    // Where nothing can require grad, nobody asks for a gradient.
    const bool has_floating = std::any_of(
        of.inputs.begin(), of.inputs.end(),
        [](const auto& input) { return !input.is_number() && IsFloating(input.spec.dtype); });
    if (!has_floating) continue;
    Case derived{&op, of.name};
    derived.outputs_known = false;
    CaseTensor cotangent = of.outputs[0];
    for (size_t i = 0; i < cotangent.values.size(); ++i) {
      cotangent.values[i] = 0.5 + 0.25 * static_cast<double>(i % 5);
    }
    derived.inputs.push_back(cotangent);
    for (size_t i = 1; i < op.inputs.size(); ++i) {
      const auto name = std::find(names.begin(), names.end(), op.inputs[i]);
      if (name != names.end()) {
        derived.inputs.push_back(of.inputs[name - names.begin()]);
        continue;
      }
      // As an argument of its own the output is better off where choices like relu's have no edge.
      derived.inputs.push_back(of.outputs[0]);
      for (double& value : derived.inputs.back().values) value = value == 0 ? 0.375 : value;
    }
    fused.push_back(std::move(derived));
  }
  return fused;
}

}  // namespace

std::vector<Case> CasesOf(const Op& op) {
  const auto found = Cases().find(op.name);
  if (found != Cases().end()) return found->second;
  return op.is_internal && op.expand != nullptr ? FusedCases(op) : std::vector<Case>();
}

std::vector<std::string> UnknownOps() {
  std::vector<std::string> unknown;
  for (const auto& [name, cases] : Cases()) {
    if (FindOp(name) == nullptr) unknown.push_back(name);
  }
  return unknown;
}

}  // namespace gradd::conformance
