#include "core/runtime/known_integers.h"

#include <algorithm>
#include <cstring>

#include "absl/container/inlined_vector.h"

#include "core/spec/dtype.h"

namespace gradd {
namespace {

template <class T>
T Element(const char* bytes, size_t i) {
  T element;  // bytes from the wire begin anywhere
  std::memcpy(&element, bytes + i * sizeof(T), sizeof(T));
  return element;
}

template <class T>
IntegerRange RangeOfElements(const char* bytes, size_t count) {
  T least = Element<T>(bytes, 0), most = least;
  for (size_t i = 1; i < count; ++i) {
    least = std::min(least, Element<T>(bytes, i));
    most = std::max(most, Element<T>(bytes, i));
  }
  return {least, most};
}

const IntegerRange* KnownOf(const Value& value) {
  if (value->kind() != ValueBase::Kind::kBottom || !IsIntegral(value->spec().dtype)) return nullptr;
  return AsTensor(value).cell().buffer->integer_range();
}

}  // namespace

std::optional<IntegerRange> RangeOf(DType dtype, absl::Span<const char> bytes) {
  if (bytes.empty()) return std::nullopt;
  const size_t count = bytes.size() / ItemSize(dtype);
  if (dtype == DType::kInt32) return RangeOfElements<int32_t>(bytes.data(), count);
  if (dtype == DType::kInt64) return RangeOfElements<int64_t>(bytes.data(), count);
  return std::nullopt;
}

void NoteRanges(const Op& op, ValueSpan inputs, const Attributes& attributes, ValueSpan outputs) {
  if (op.integer_range == nullptr) return;
  absl::InlinedVector<const TensorSpec*, 4> specs;
  absl::InlinedVector<const IntegerRange*, 4> ranges;
  for (const Value& input : inputs) {
    specs.push_back(&input->spec());
    ranges.push_back(KnownOf(input));
  }
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!IsIntegral(outputs[i]->spec().dtype)) continue;
    const std::optional<IntegerRange> range = op.integer_range(i, specs, attributes, ranges);
    if (range.has_value()) AsTensor(outputs[i]).cell().buffer->set_integer_range(*range);
  }
}

void NoteChecked(const IndexCheck::Checked& checked, ValueSpan inputs) {
  if (checked.data == nullptr) return;
  for (const Value& input : inputs) {
    if (input->kind() != ValueBase::Kind::kBottom) continue;
    const TensorValue& tensor = AsTensor(input);
    // Of what a view does not show nothing was found out.
    if (tensor.data() != checked.data || !tensor.FillsItsBuffer()) continue;
    tensor.cell().buffer->set_integer_range(checked.good);
  }
}

}  // namespace gradd
