// The tensors of a multi-tensor launch, as a kernel's parameter.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/ops/scalar.h"

namespace gradd::cuda {

// Every block has a piece of one tensor. Travels with the launch, so it needs no memory that there
// might not be. Tensor has a `count` of elements.
template <class Tensor>
struct TensorTable {
  static constexpr int kMostTensors = 512;  // of the largest kind 27 KB of the 32 KB allowed

  struct Piece {
    int tensor;
    int64_t begin, end;  // of the tensor's elements
  };

  int tensor_count = 0;
  int64_t piece_elements = 0;
  Tensor tensors[kMostTensors];
  uint32_t ends[kMostTensors] = {};  // pieces of all tensors up to this one

  uint32_t piece_count() const { return tensor_count == 0 ? 0 : ends[tensor_count - 1]; }
  GRADD_HD uint32_t FirstPiece(int tensor) const { return tensor == 0 ? 0 : ends[tensor - 1]; }
  // REQUIRES: piece < piece_count().
  GRADD_HD Piece PieceOf(uint32_t piece) const {
    int low = 0, high = tensor_count - 1;  // the first whose end is behind the piece
    while (low < high) {
      const int middle = (low + high) / 2;
      if (ends[middle] > piece) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    const int64_t begin = (piece - FirstPiece(low)) * piece_elements;
    const int64_t behind = begin + piece_elements, count = tensors[low].count;
    return {low, begin, behind < count ? behind : count};
  }
};

// launch(table, first) for as many tables as it takes to cover `tensors`, `first` being the place
// of the table's first in the list. Tensors without elements are in a table, but have no piece.
template <class Tensor, class Launch>
void ForEachTable(const std::vector<Tensor>& tensors, int64_t piece_elements,
                  const Launch& launch) {
  using Table = TensorTable<Tensor>;
  for (size_t first = 0; first < tensors.size(); first += Table::kMostTensors) {
    Table table;
    table.piece_elements = piece_elements;
    const size_t count = std::min<size_t>(tensors.size() - first, Table::kMostTensors);
    table.tensor_count = static_cast<int>(count);
    uint32_t end = 0;
    for (size_t i = 0; i < count; ++i) {
      table.tensors[i] = tensors[first + i];
      end += static_cast<uint32_t>((table.tensors[i].count + piece_elements - 1) / piece_elements);
      table.ends[i] = end;
    }
    launch(table, first);
  }
}

}  // namespace gradd::cuda
