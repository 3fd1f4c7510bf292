// Functions of PyTorch's that rearrange a tensor by calling one or more of the ops: views wherever
// the layout allows one. As methods: shape_methods.h.
#pragma once

#include <cstdint>
#include <vector>

#include "client/cpp/dims_arg.h"
#include "client/cpp/source_line.h"

namespace gradd {
inline namespace client {

class Tensor;

// The elements in row-major order under another shape; one size may be -1. A view where the layout
// allows it, else a copy.
Tensor reshape(const Tensor& input, const DimsArg& shape, SourceLine source = SourceLine::Here());
// Dimensions start_dim to end_dim, both included, as one. The tensor itself when that is one
// already.
Tensor flatten(const Tensor& input, int64_t start_dim = 0, int64_t end_dim = -1,
               SourceLine source = SourceLine::Here());
// Dimension `dim` as several of these sizes, one of which may be -1.
Tensor unflatten(const Tensor& input, int64_t dim, const DimsArg& sizes,
                 SourceLine source = SourceLine::Here());
Tensor ravel(const Tensor& input, SourceLine source = SourceLine::Here());
Tensor view_as(const Tensor& input, const Tensor& other, SourceLine source = SourceLine::Here());
Tensor expand_as(const Tensor& input, const Tensor& other, SourceLine source = SourceLine::Here());

// A view of `length` indices from `start` on.
Tensor narrow(const Tensor& input, int64_t dim, int64_t start, int64_t length,
              SourceLine source = SourceLine::Here());
// Views of `size` indices each; the last one may be smaller.
std::vector<Tensor> split(const Tensor& input, int64_t size, int64_t dim = 0,
                          SourceLine source = SourceLine::Here());
// Views of these many indices, which add up to the size of the dimension.
std::vector<Tensor> split_with_sizes(const Tensor& input, const DimsArg& sizes, int64_t dim = 0,
                                     SourceLine source = SourceLine::Here());
// At most so many views of equal size; the last one may be smaller.
std::vector<Tensor> chunk(const Tensor& input, int64_t chunks, int64_t dim = 0,
                          SourceLine source = SourceLine::Here());
// A view for each index of a dimension, without that dimension.
std::vector<Tensor> unbind(const Tensor& input, int64_t dim = 0,
                           SourceLine source = SourceLine::Here());

// Moves dimensions to other places; the others keep their order.
Tensor movedim(const Tensor& input, const DimsArg& from, const DimsArg& to,
               SourceLine source = SourceLine::Here());
Tensor swapaxes(const Tensor& input, int64_t dim0, int64_t dim1,
                SourceLine source = SourceLine::Here());

// As repeat(); fewer numbers than dimensions stand for the last ones.
Tensor tile(const Tensor& input, const DimsArg& repeats, SourceLine source = SourceLine::Here());

}  // namespace client
}  // namespace gradd
