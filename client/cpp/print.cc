#include "client/cpp/print.h"

#include <vector>

#include "absl/strings/str_cat.h"

#include "client/cpp/factories.h"
#include "client/cpp/grad_mode.h"
#include "client/cpp/remote_value.h"
#include "client/cpp/tensor_format.h"

namespace gradd {
inline namespace client {
namespace {

// A tensor of fewer elements is fetched whole, which is quicker than cutting it on the server.
constexpr int64_t kFetchedWhole = 16 * 1024;

// The elements that are shown, chosen on the server.
HostTensor FetchShown(const Tensor& tensor, const PrintOptions& options, SourceLine source) {
  const Dims shown = ShownShape(tensor.shape(), options);
  if (shown == tensor.shape() || ElementCount(shown) == 0 || tensor.numel() < kFetchedWhole) {
    return ShownPart(tensor.Fetch(source), options);
  }
  const NoGradGuard guard;
  const Connection connection(tensor.remote("print", source).session_ref());
  const TensorOptions like = TensorOptions(kInt64).device(tensor.device()).connection(connection);
  Tensor part = tensor;
  for (size_t dim = 0; dim < shown.size(); ++dim) {
    const int64_t size = tensor.shape()[dim];
    if (shown[dim] == size) continue;
    std::vector<int64_t> ends;
    for (int64_t i = 0; i < options.edgeitems; ++i) ends.push_back(i);
    for (int64_t i = size - options.edgeitems; i < size; ++i) ends.push_back(i);
    part = part.index_select(static_cast<int64_t>(dim), gradd::tensor(ends, like, source), source);
  }
  return part.Fetch(source);
}

std::string History(const Tensor& tensor, SourceLine source) {
  if (const Node node = tensor.grad_fn(source)) {
    return absl::StrCat("grad_fn=<", node.name(source), ">");
  }
  return tensor.requires_grad(source) ? "requires_grad=True" : "";
}

}  // namespace

std::string ToString(const Tensor& tensor, const PrintOptions& options, SourceLine source) {
  if (!tensor.defined()) return "None";
  const HostTensor shown = FetchShown(tensor, options, source);
  const std::string device = tensor.device() == DeviceId() ? "" : ToString(tensor.device());
  return FormatTensor(shown, tensor.shape(), options, device, History(tensor, source));
}

std::string ToString(const Tensor& tensor, SourceLine source) {
  return ToString(tensor, get_printoptions(), source);
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) {
  return out << ToString(tensor);
}

std::ostream& operator<<(std::ostream& out, const Node& node) {
  return out << (node ? "<" + node.name() + ">" : "None");
}

}  // namespace client
}  // namespace gradd
