#include "core/ops/op.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "core/base/mutex.h"
#include "core/base/status.h"
#include "core/ops/op_registry.h"

namespace gradd {
namespace {

std::string NodeName(absl::string_view op_name) {
  std::string name;
  bool upper = true;
  for (const char c : op_name) {
    if (c == '_') {
      upper = true;
      continue;
    }
    name.push_back(upper ? absl::ascii_toupper(static_cast<unsigned char>(c)) : c);
    upper = false;
  }
  return absl::StrCat(name, "Backward0");
}

// FNV-1a: the same in every build and on every machine, because client and server compare it.
uint64_t StableHash(absl::string_view text) {
  uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

uint64_t HashOf(const Op& op) {
  std::string text = absl::StrCat(op.name, "#", op.revision, "(");
  for (const std::string& input : op.inputs) absl::StrAppend(&text, input, ",");
  for (const AttributeDef& attribute : op.attributes) {
    absl::StrAppend(&text, attribute.name, ":", Name(attribute.kind), attribute.optional ? "?" : "",
                    ",");
  }
  if (op.is_variadic) absl::StrAppend(&text, "...");
  absl::StrAppend(&text, ")", op.output_count, op.is_view, op.is_random, op.is_data_dependent,
                  op.vjp != nullptr);
  return StableHash(text);
}

}  // namespace

OpRegistry& OpRegistry::Get() {
  static OpRegistry* const kRegistry = new OpRegistry;
  return *kRegistry;
}

const Op& OpRegistry::Add(Op op) {
  MutexLock lock(mutex_);
  op.index = static_cast<int>(ops_.size());
  op.hash = HashOf(op);
  if (op.node_name.empty()) op.node_name = NodeName(op.name);
  ops_.push_back(std::move(op));
  return ops_.back();
}

std::vector<const Op*> OpRegistry::All() {
  MutexLock lock(mutex_);
  std::vector<const Op*> all;
  for (const Op& op : ops_) all.push_back(&op);
  return all;
}

std::vector<OpArgument> ArgumentsOf(const Op& op) {
  std::vector<OpArgument> declared;
  for (size_t i = 0; i < op.inputs.size(); ++i) declared.push_back({true, i});
  for (size_t i = 0; i < op.attributes.size(); ++i) declared.push_back({false, i});
  if (op.arguments.empty()) return declared;
  const auto place = [&op](OpArgument argument) {
    return std::find(op.arguments.begin(), op.arguments.end(), NameOf(op, argument));
  };
  std::stable_sort(declared.begin(), declared.end(),
                   [&](OpArgument a, OpArgument b) { return place(a) < place(b); });
  return declared;
}

const Op& DefineOp(Op op) { return OpRegistry::Get().Add(std::move(op)); }

absl::Status InferSpecs(const Op& op, SpecSpan inputs, const Attributes& attributes,
                        Specs& outputs) {
  if (op.is_variadic) {
    const size_t fixed = op.inputs.size() - 1;
    if (inputs.size() < fixed || inputs.size() > kMaxCallInputs) {
      return InvalidArgument("INPUT_COUNT", op.name, "(): expected ", fixed, " to ", kMaxCallInputs,
                             " tensors, but got ", inputs.size());
    }
  } else if (inputs.size() != op.inputs.size()) {
    return InvalidArgument("INPUT_COUNT", op.name, "(): expected ", op.inputs.size(),
                           " tensors, but got ", inputs.size());
  }
  GRADD_RETURN_IF_ERROR(CheckAttributes(op, attributes));
  const TensorSpec* first = nullptr;
  for (const TensorSpec* spec : inputs) {
    if (spec->weak) continue;
    if (first != nullptr && first->device != spec->device && !op.moves_devices) {
      return InvalidArgument(
          "DEVICE_MISMATCH", "Expected all tensors to be on the same device, but found at least ",
          "two devices, ", ToString(first->device), " and ", ToString(spec->device), "!");
    }
    first = spec;
  }
  GRADD_RETURN_IF_ERROR(op.spec(op, inputs, attributes, outputs));
  // Of views too: whoever looks at one may ask for its bytes.
  for (const TensorSpec& output : outputs) {
    if (!ByteCount(output.shape, ItemSize(output.dtype)).has_value()) {
      return InvalidArgument("SIZE_OVERFLOW", "Storage size calculation overflowed with sizes=",
                             ToString(output.shape));
    }
  }
  return absl::OkStatus();
}

}  // namespace gradd
