#include "client/cpp/print.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace gradd {
inline namespace client {
namespace {

constexpr int64_t kAllShown = 1000;  // elements
constexpr int64_t kEdge = 3;         // elements at each end of a dimension that is cut

std::string Number(Scalar value) {
  if (value.dtype() != DType::kFloat64) return value.ToString();
  const double number = value.To<double>();
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  const bool whole = number == std::floor(number) && std::abs(number) < 1e6;
  std::string text = absl::StrFormat(whole ? "%.0f" : "%.5g", number);
  // A point tells floating numbers from integers, those that rounding makes whole too.
  if (text.find_first_of(".e") == std::string::npos) text += '.';
  return text;
}

void Append(const HostTensor& data, size_t dim, int64_t position, int64_t stride,
            std::string& text) {
  if (dim == data.shape.size()) {
    absl::StrAppend(&text, Number(data.At(position)));
    return;
  }
  const int64_t size = data.shape[dim];
  const int64_t step = size == 0 ? 0 : stride / size;
  const bool cut = data.size() > kAllShown && size > 2 * kEdge;
  text += '[';
  for (int64_t i = 0; i < size; ++i) {
    if (i > 0) text += ", ";
    if (cut && i == kEdge) {
      text += "..., ";
      i = size - kEdge;
    }
    Append(data, dim + 1, position + i * step, step, text);
  }
  text += ']';
}

}  // namespace

std::string ToString(const Tensor& tensor, SourceLine source) {
  if (!tensor.defined()) return "tensor(undefined)";
  const HostTensor data = tensor.Fetch(source);
  std::string text = "tensor(";
  Append(data, 0, 0, data.size(), text);
  if (data.dtype != kDefaultFloat && data.dtype != DType::kInt64 && data.dtype != DType::kBool) {
    absl::StrAppend(&text, ", dtype=", Name(data.dtype));
  }
  if (tensor.device() != DeviceId()) {
    absl::StrAppend(&text, ", device='", ToString(tensor.device()), "'");
  }
  if (const Node node = tensor.grad_fn(source)) {
    absl::StrAppend(&text, ", grad_fn=<", node.name(source), ">");
  } else if (tensor.requires_grad(source)) {
    text += ", requires_grad=True";
  }
  return text + ")";
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) {
  return out << ToString(tensor);
}

std::ostream& operator<<(std::ostream& out, const Node& node) {
  return out << (node ? "<" + node.name() + ">" : "None");
}

}  // namespace client
}  // namespace gradd
