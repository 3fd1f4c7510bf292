// x[...]: what may stand in the brackets, and what it does.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "absl/types/span.h"

#include "client/cpp/operand.h"
#include "client/cpp/source_line.h"
#include "core/ops/value.h"

namespace gradd {
inline namespace client {

class Tensor;

// A range of indices, as start:end:step in Python.
struct Slice {
  std::optional<int64_t> start = std::nullopt;
  std::optional<int64_t> end = std::nullopt;
  int64_t step = 1;
};

// As many whole dimensions as the other indices leave: `...` in Python.
struct EllipsisIndex {};
inline constexpr EllipsisIndex Ellipsis = {};
// A new dimension of size 1.
struct NewAxisIndex {};
inline constexpr NewAxisIndex None = {};

// What may stand in x[...]. A tensor of integers picks along one dimension, a tensor of bools where
// it is true along as many dimensions as it has.
class Index {
 public:
  using Any = std::variant<int64_t, Slice, EllipsisIndex, NewAxisIndex, Value>;

  template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
      Index(T index, SourceLine source = SourceLine::Here())  // NOLINT(google-explicit-constructor)
      : index_(static_cast<int64_t>(index)), source_(source) {}
  Index(Slice slice, SourceLine source = SourceLine::Here())  // NOLINT
      : index_(slice), source_(source) {}
  Index(EllipsisIndex ellipsis, SourceLine source = SourceLine::Here())  // NOLINT
      : index_(ellipsis), source_(source) {}
  Index(NewAxisIndex axis, SourceLine source = SourceLine::Here())  // NOLINT
      : index_(axis), source_(source) {}
  Index(const Tensor& tensor, SourceLine source = SourceLine::Here());  // NOLINT

  const Any& index() const { return index_; }
  SourceLine source() const { return source_; }

 private:
  Any index_;
  SourceLine source_;
};
using Indices = absl::Span<const Index>;

// x[indices]: a view, unless there is a tensor among the indices. One of bools is waited for,
// because the shape of the result depends on it.
Tensor IndexTensor(const Tensor& input, Indices indices, SourceLine source);
// x[indices] = values, or += values (accumulate), where repeated indices add up.
Tensor IndexPut(const Tensor& input, Indices indices, const Operand& values, bool accumulate,
                SourceLine source);

// For each class number a vector of zeros with a one in its place. -1: one more classes than the
// largest number, which is waited for.
Tensor one_hot(const Tensor& input, int64_t num_classes = -1,
               SourceLine source = SourceLine::Here());

}  // namespace client
}  // namespace gradd
