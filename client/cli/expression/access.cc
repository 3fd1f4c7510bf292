#include "client/cli/expression/access.h"

#include <functional>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "client/cli/expression/convert.h"
#include "client/cli/expression/error.h"

namespace gradd::cli {
namespace {

using TensorMembers = std::map<std::string, std::function<Object(const Tensor&, SourceLine)>>;

const TensorMembers& MembersOfTensors() {
  static const auto* const members = new TensorMembers{
      {"shape", [](const Tensor& x, SourceLine) { return x.shape(); }},
      {"ndim", [](const Tensor& x, SourceLine) { return Scalar(x.dim()); }},
      {"dtype", [](const Tensor& x, SourceLine) { return x.dtype(); }},
      {"device", [](const Tensor& x, SourceLine) { return ToString(x.device()); }},
      {"is_leaf", [](const Tensor& x, SourceLine) { return Scalar(x.is_leaf()); }},
      {"requires_grad",
       [](const Tensor& x, SourceLine line) { return Scalar(x.requires_grad(line)); }},
      {"grad", [](const Tensor& x, SourceLine line) { return x.grad(line); }},
      {"grad_fn", [](const Tensor& x, SourceLine line) { return x.grad_fn(line); }},
      {"data", [](const Tensor& x, SourceLine line) { return x.detach(line); }},
      {"T", [](const Tensor& x, SourceLine line) { return x.t(line); }},
  };
  return *members;
}

Object MemberOfNode(const Node& node, const std::string& name, size_t offset) {
  if (name == "name") return node.name(SourceLineOf(offset));
  if (name != "next_functions") {
    throw ExpressionError(offset, absl::StrCat("a graph node has no '", name, "'"));
  }
  std::vector<Object> edges;
  for (const Node::Edge& edge : node.next_functions(SourceLineOf(offset))) {
    edges.push_back(MakeList({edge.node, Scalar(static_cast<int64_t>(edge.output))}));
  }
  return MakeList(std::move(edges));
}

Object ItemOf(const std::vector<Object>& items, const IndexObject& index, size_t offset) {
  const auto* const object = std::get_if<Object>(&index);
  if (object == nullptr) throw ExpressionError(offset, "a list is indexed by a number here");
  const auto size = static_cast<int64_t>(items.size());
  const int64_t position = ToInt(*object, offset);
  if (position < -size || position >= size) {
    throw ExpressionError(
        offset, absl::StrCat("index ", position, " is out of range for ", size, " items"));
  }
  return items[static_cast<size_t>(position < 0 ? position + size : position)];
}

// `dim` counts the dimensions of the result so far.
Tensor Indexed(const Tensor& tensor, const Object& index, int64_t& dim, const TensorOptions& where,
               size_t offset) {
  const SourceLine line = SourceLineOf(offset);
  if (std::holds_alternative<None>(index)) {
    Dims shape = tensor.shape();
    shape.insert(shape.begin() + std::min<int64_t>(dim++, tensor.dim()), 1);
    return tensor.reshape(shape, line);
  }
  if (std::holds_alternative<Scalar>(index)) {
    return tensor.select(dim, ToInt(index, offset), line);
  }
  const Tensor indices = ToTensor(index, where, offset);
  if (indices.dtype() != DType::kBool) return tensor.index_select(dim++, indices, line);
  if (dim > 0) throw ExpressionError(offset, "a mask stands alone: x[mask]");
  ++dim;
  return tensor.masked_select(indices, line);
}

}  // namespace

Object Member(const Object& of, const std::string& name, const TensorOptions& where,
              size_t offset) {
  if (const auto* const node = std::get_if<Node>(&of)) return MemberOfNode(*node, name, offset);
  const auto& members = MembersOfTensors();
  const auto found = members.find(name);
  if (found == members.end()) {
    throw ExpressionError(offset, absl::StrCat(KindOf(of), " has no '", name, "'"));
  }
  return found->second(ToTensor(of, where, offset), SourceLineOf(offset));
}

Object Subscript(const Object& of, const std::vector<IndexObject>& indices,
                 const TensorOptions& where, size_t offset) {
  if (const auto* const dims = std::get_if<Dims>(&of)) {
    return ItemOf(std::vector<Object>(dims->begin(), dims->end()), indices[0], offset);
  }
  const auto* const list = std::get_if<std::shared_ptr<List>>(&of);
  if (list != nullptr && !IsTensorLike(of)) return ItemOf((*list)->items, indices[0], offset);
  Tensor result = ToTensor(of, where, offset);
  int64_t dim = 0;
  for (const IndexObject& index : indices) {
    if (const auto* const slice = std::get_if<Slice>(&index)) {
      result = result.slice(dim++, slice->start, slice->end, slice->step, SourceLineOf(offset));
    } else {
      result = Indexed(result, std::get<Object>(index), dim, where, offset);
    }
  }
  return result;
}

}  // namespace gradd::cli
