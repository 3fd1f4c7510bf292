// Tensors and graph nodes as text.
#pragma once

#include <ostream>
#include <string>

#include "client/cpp/print_options.h"
#include "client/cpp/tensor.h"

namespace gradd {
inline namespace client {

// The text that PyTorch's repr gives: "tensor([1., 2.], grad_fn=<MulBackward0>)". Waits for the
// values; of a large tensor only the elements that are shown come from the server.
std::string ToString(const Tensor& tensor, SourceLine source = SourceLine::Here());
std::string ToString(const Tensor& tensor, const PrintOptions& options,
                     SourceLine source = SourceLine::Here());

std::ostream& operator<<(std::ostream& out, const Tensor& tensor);
// "<SinBackward0>", or "None".
std::ostream& operator<<(std::ostream& out, const Node& node);

}  // namespace client
}  // namespace gradd
