// Tensors as text.
#pragma once

#include <ostream>
#include <string>

#include "client/cpp/tensor.h"

namespace gradd {
inline namespace client {

// "tensor([[1, 2], [3, 4]], grad_fn=<MulBackward0>)". Waits for the values; of a long dimension
// only the ends are shown.
std::string ToString(const Tensor& tensor, SourceLine source = SourceLine::Here());

std::ostream& operator<<(std::ostream& out, const Tensor& tensor);
std::ostream& operator<<(std::ostream& out, const Node& node);

}  // namespace client
}  // namespace gradd
