// Tensors' data as text: brackets, line breaks, and what is left out.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

#include "client/cpp/host_tensor.h"
#include "client/cpp/print_options.h"

namespace gradd {
inline namespace client {

// Whether a dimension of `size` is cut to its ends, in a tensor of `shape`.
bool IsCut(DimsView shape, int64_t size, const PrintOptions& options);
// The sizes of what is shown of a tensor of `shape`: of a dimension that is cut, both ends.
Dims ShownShape(DimsView shape, const PrintOptions& options);
// The elements of `whole` that are shown.
HostTensor ShownPart(const HostTensor& whole, const PrintOptions& options);

// "tensor([[1., 2.],\n        [3., 4.]], grad_fn=<MulBackward0>)", as PyTorch prints it.
//
// `shown` is ShownPart of a tensor of `shape`. `device` is said when it is not empty; `history` is
// "grad_fn=<SinBackward0>", "requires_grad=True" or empty.
std::string FormatTensor(const HostTensor& shown, DimsView shape, const PrintOptions& options,
                         absl::string_view device, absl::string_view history);

}  // namespace client
}  // namespace gradd
