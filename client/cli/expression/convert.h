// Objects as what a function wants. All throw ExpressionError at `offset` when it cannot be.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client/cli/expression/object.h"
#include "client/cpp/tensor_options.h"
#include "core/ops/attributes.h"
#include "core/spec/device_id.h"

namespace gradd::cli {

// Whether a tensor could be made of it: a tensor, a number, or nested lists of numbers.
bool IsTensorLike(const Object& object);
// `where`: the connection and device of a tensor that has to be made.
Tensor ToTensor(const Object& object, const TensorOptions& where, size_t offset);
// A list's items as tensors; of what is no list, itself.
std::vector<Tensor> ToTensors(const Object& object, const TensorOptions& where, size_t offset);
// A new tensor of numbers, with all that the options say.
Tensor MakeTensor(const Object& object, const TensorOptions& options, size_t offset);

bool ToBool(const Object& object, size_t offset);
int64_t ToInt(const Object& object, size_t offset);
Scalar ToNumber(const Object& object, size_t offset);
// One whole number, or a list of them.
Dims ToDims(const Object& object, size_t offset);
DType ToDType(const Object& object, size_t offset);
DeviceId ToDevice(const Object& object, size_t offset);
AttributeValue ToAttribute(AttributeKind kind, const Object& object, size_t offset);

}  // namespace gradd::cli
