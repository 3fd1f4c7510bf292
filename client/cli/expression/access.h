// of.name and of[indices].
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "client/cli/expression/object.h"
#include "client/cpp/tensor_options.h"

namespace gradd::cli {

// x.shape, x.grad, y.grad_fn, node.next_functions, …
Object Member(const Object& of, const std::string& name, const TensorOptions& where, size_t offset);

// A range, or any other object: a number, None for a new dimension, whole numbers or a mask of
// bools in a list or a tensor.
using IndexObject = std::variant<Object, Slice>;
Object Subscript(const Object& of, const std::vector<IndexObject>& indices,
                 const TensorOptions& where, size_t offset);

}  // namespace gradd::cli
