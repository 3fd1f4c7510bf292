#include "client/cpp/tensor_format.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "client/cpp/number_format.h"

namespace gradd {
inline namespace client {
namespace {

constexpr absl::string_view kPrefix = "tensor(";

// Writes the elements in nested brackets.
class Brackets {
 public:
  Brackets(const HostTensor& shown, DimsView shape, const PrintOptions& options)
      : shown_(shown), shape_(shape), options_(options), format_(shown, options) {}

  // Indented by as many characters as stand before them.
  std::string Write(size_t indent) {
    if (ElementCount(shape_) == 0) return "[]";
    next_ = 0;
    return shape_.empty() ? Element() : Dimension(0, indent);
  }

 private:
  std::string Element() { return format_.Write(shown_.At(next_++)); }

  // The dimension `dim` at the place that `next_` has come to.
  std::string Dimension(size_t dim, size_t indent) {
    const bool innermost = dim + 1 == shape_.size();
    std::vector<std::string> items;
    // Dimensions that are cut to nothing at both ends are not followed further in.
    const bool cut = IsCut(shape_, shape_[dim], options_);
    for (int64_t i = 0; i < shown_.shape[dim]; ++i) {
      if (cut && i == options_.edgeitems) items.emplace_back(innermost ? " ..." : "...");
      items.push_back(innermost ? Element() : Dimension(dim + 1, indent + 1));
    }
    if (items.empty()) items.emplace_back("...");
    if (innermost) return Rows(items, indent);
    const std::string breaks(shape_.size() - dim - 1, '\n');
    const std::string separator = absl::StrCat(",", breaks, std::string(indent + 1, ' '));
    return absl::StrCat("[", absl::StrJoin(items, separator), "]");
  }

  // The elements of one row, over as many lines as they need.
  std::string Rows(const std::vector<std::string>& items, size_t indent) const {
    const int64_t room = options_.linewidth - static_cast<int64_t>(indent);
    const auto item_width = static_cast<int64_t>(format_.width()) + 2;  // with ", "
    const auto per_line = static_cast<size_t>(std::max<int64_t>(1, room / item_width));
    std::string text = "[";
    for (size_t i = 0; i < items.size(); ++i) {
      if (i > 0 && i % per_line == 0) {
        absl::StrAppend(&text, ",\n", std::string(indent + 1, ' '));
      } else if (i > 0) {
        text += ", ";
      }
      text += items[i];
    }
    return text + "]";
  }

  const HostTensor& shown_;
  const DimsView shape_;
  const PrintOptions& options_;
  const NumberFormat format_;
  int64_t next_ = 0;
};

// "(2,)", as Python writes a tuple.
std::string Tuple(DimsView sizes) {
  return absl::StrCat("(", absl::StrJoin(sizes, ", "), sizes.size() == 1 ? ",)" : ")");
}

std::vector<std::string> Suffixes(DType dtype, DimsView shape, const PrintOptions& options,
                                  absl::string_view device, absl::string_view history) {
  std::vector<std::string> suffixes;
  if (!device.empty()) suffixes.push_back(absl::StrCat("device='", device, "'"));
  // Elements tell integers and bools apart, where there are any.
  const bool empty = ElementCount(shape) == 0;
  const bool told = !empty && (dtype == DType::kInt64 || dtype == DType::kBool);
  if (empty ? shape.size() != 1 : options.edgeitems == 0) {
    suffixes.push_back(absl::StrCat("size=", Tuple(shape)));
  }
  if (dtype != kDefaultFloat && !told) {
    suffixes.push_back(absl::StrCat("dtype=torch.", Name(dtype)));
  }
  if (!history.empty()) suffixes.emplace_back(history);
  return suffixes;
}

}  // namespace

bool IsCut(DimsView shape, int64_t size, const PrintOptions& options) {
  // Divided, because twice the ends may be more than a number holds.
  return ElementCount(shape) > options.threshold && (size - 1) / 2 >= options.edgeitems;
}

Dims ShownShape(DimsView shape, const PrintOptions& options) {
  Dims shown(shape.begin(), shape.end());
  for (int64_t& size : shown) {
    if (IsCut(shape, size, options)) size = 2 * options.edgeitems;
  }
  return shown;
}

HostTensor ShownPart(const HostTensor& whole, const PrintOptions& options) {
  HostTensor shown;
  shown.dtype = whole.dtype;
  shown.shape = ShownShape(whole.shape, options);
  if (shown.shape == whole.shape) {
    shown.bytes = whole.bytes;
    return shown;
  }
  const size_t item = ItemSize(whole.dtype);
  const Dims strides = ContiguousStrides(whole.shape);
  const int64_t count = ElementCount(shown.shape);
  shown.bytes.reserve(static_cast<size_t>(count) * item);
  for (int64_t i = 0; i < count; ++i) {
    int64_t rest = i, position = 0;
    for (size_t dim = shown.shape.size(); dim-- > 0;) {
      const int64_t size = shown.shape[dim];
      const int64_t index = rest % size;
      rest /= size;
      const bool at_end = size != whole.shape[dim] && index >= options.edgeitems;
      position += (at_end ? whole.shape[dim] - size + index : index) * strides[dim];
    }
    shown.bytes.append(whole.bytes, static_cast<size_t>(position) * item, item);
  }
  return shown;
}

std::string FormatTensor(const HostTensor& shown, DimsView shape, const PrintOptions& options,
                         absl::string_view device, absl::string_view history) {
  const size_t indent = kPrefix.size();
  std::string text(kPrefix);
  text += Brackets(shown, shape, options).Write(indent);
  // Two more than the line has, as PyTorch counts it: the suffix's ", " and the ")" at the end.
  const size_t line_start = text.rfind('\n');
  size_t line = line_start == std::string::npos ? text.size() + 2 : text.size() - line_start + 1;
  for (const std::string& suffix : Suffixes(shown.dtype, shape, options, device, history)) {
    if (static_cast<int64_t>(line + suffix.size() + 2) > options.linewidth) {
      absl::StrAppend(&text, ",\n", std::string(indent, ' '), suffix);
      line = indent + suffix.size();
    } else {
      absl::StrAppend(&text, ", ", suffix);
      line += suffix.size() + 2;
    }
  }
  return text + ")";
}

}  // namespace client
}  // namespace gradd
