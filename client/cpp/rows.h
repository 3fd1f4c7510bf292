// for (const Tensor& row : x): the views x[0], x[1], …
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "client/cpp/tensor.h"

namespace gradd {
inline namespace client {

class RowIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = Tensor;
  using difference_type = std::ptrdiff_t;
  using pointer = const Tensor*;
  using reference = Tensor;

  RowIterator(const Tensor& tensor, int64_t row, SourceLine source)
      : tensor_(tensor), row_(row), source_(source) {}

  Tensor operator*() const { return tensor_.select(0, row_, source_); }
  RowIterator& operator++() {
    ++row_;
    return *this;
  }
  RowIterator operator++(int) {
    RowIterator before = *this;
    ++row_;
    return before;
  }
  bool operator==(const RowIterator& other) const { return row_ == other.row_; }

 private:
  Tensor tensor_;
  int64_t row_;
  SourceLine source_;
};

// Throws for a tensor without dimensions.
RowIterator begin(const Tensor& tensor, SourceLine source = SourceLine::Here());
RowIterator end(const Tensor& tensor, SourceLine source = SourceLine::Here());

}  // namespace client
}  // namespace gradd
