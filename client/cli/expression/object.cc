#include "client/cli/expression/object.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "client/cpp/float_repr.h"
#include "client/cpp/print.h"

namespace gradd::cli {
namespace {

struct Printer {
  std::string operator()(const None&) const { return "None"; }
  std::string operator()(const Scalar& number) const {
    return IsFloating(number.dtype()) ? FloatRepr(number.To<double>()) : number.ToString();
  }
  std::string operator()(const std::string& text) const { return absl::StrCat("'", text, "'"); }
  std::string operator()(DType dtype) const { return absl::StrCat("torch.", Name(dtype)); }
  std::string operator()(const Dims& dims) const { return SizeString(dims); }
  std::string operator()(const Tensor& tensor) const {
    return tensor.defined() ? ToString(tensor) : "None";
  }
  std::string operator()(const Node& node) const {
    return node ? absl::StrCat("<", node.name(), ">") : "None";
  }
  std::string operator()(const std::shared_ptr<List>& list) const {
    if (list->tensor.has_value()) return (*this)(*list->tensor);
    const auto item = [](std::string* out, const Object& object) { *out += Print(object); };
    return absl::StrCat("(", absl::StrJoin(list->items, ", ", item),
                        list->items.size() == 1 ? ",)" : ")");
  }
};

struct Kind {
  std::string operator()(const None&) const { return "None"; }
  std::string operator()(const Scalar&) const { return "a number"; }
  std::string operator()(const std::string&) const { return "a text"; }
  std::string operator()(DType) const { return "a dtype"; }
  std::string operator()(const Dims&) const { return "a size"; }
  std::string operator()(const Tensor&) const { return "a tensor"; }
  std::string operator()(const Node&) const { return "a graph node"; }
  std::string operator()(const std::shared_ptr<List>&) const { return "a list"; }
};

}  // namespace

Object MakeList(std::vector<Object> items) {
  return std::make_shared<List>(List{std::move(items), std::nullopt});
}

std::string Print(const Object& object) { return std::visit(Printer{}, object); }

std::string KindOf(const Object& object) { return std::visit(Kind{}, object); }

}  // namespace gradd::cli
