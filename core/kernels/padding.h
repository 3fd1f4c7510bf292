// What padding with a constant copies.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/spec/tensor_spec.h"

namespace gradd {

// The elements that input and output have in common.
struct PaddingInner {
  TensorSpec from, to;
  int64_t from_offset = 0, to_offset = 0;  // in elements
};

inline PaddingInner PaddingInnerOf(const TensorSpec& input, const TensorSpec& output,
                                   DimsView pad) {
  PaddingInner inner = {input, output};
  for (size_t pair = 0; 2 * pair < pad.size(); ++pair) {
    const size_t d = input.shape.size() - 1 - pair;
    const int64_t front = pad[2 * pair];
    const int64_t cut = std::max<int64_t>(-front, 0), added = std::max<int64_t>(front, 0);
    const int64_t behind = std::max<int64_t>(-pad[2 * pair + 1], 0);
    const int64_t size = std::max<int64_t>(input.shape[d] - cut - behind, 0);
    inner.from.shape[d] = inner.to.shape[d] = size;
    if (size == 0) continue;
    inner.from_offset += cut * input.strides[d];
    inner.to_offset += added * output.strides[d];
  }
  return inner;
}

}  // namespace gradd
