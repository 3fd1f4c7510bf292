// What an expression's parts come to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "client/cpp/node.h"
#include "client/cpp/tensor.h"
#include "core/spec/dtype.h"
#include "core/spec/scalar.h"
#include "core/spec/shape.h"

namespace gradd::cli {

struct None {};
struct List;

// A number of its own stays on this side; a List is a tensor where one is wanted.
using Object =
    std::variant<None, Scalar, std::string, DType, Dims, Tensor, Node, std::shared_ptr<List>>;

struct List {
  std::vector<Object> items;
  // Once the list was used as a tensor, which then stays the same: x = [1., 2.]; x.requires_grad_()
  std::optional<Tensor> tensor;
};

Object MakeList(std::vector<Object> items);

// As Python and PyTorch print it; a list of numbers as the tensor that it stands for, for which
// ToTensor was called before.
std::string Print(const Object& object);

// "a tensor", for error texts.
std::string KindOf(const Object& object);

}  // namespace gradd::cli
