// New tensors. Those that an op makes by itself (full, rand, randn) are in op_functions.h.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <vector>

#include "client/cpp/tensor.h"

namespace gradd {
inline namespace client {

// Numbers in nested braces or vectors: tensor({{1, 2}, {3, 4}}).
class TensorLiteral {
 public:
  template <class T>
  requires std::is_arithmetic_v<T> TensorLiteral(T number) {  // NOLINT(google-explicit-constructor)
    Append(number);
  }
  TensorLiteral(std::initializer_list<TensorLiteral> list);  // NOLINT
  template <class T>
  TensorLiteral(const std::vector<T>& list) {  // NOLINT
    if constexpr (std::is_arithmetic_v<T>) {
      shape_.push_back(static_cast<int64_t>(list.size()));
      for (const T number : list) Append(number);
    } else {
      const std::vector<TensorLiteral> items(list.begin(), list.end());
      Join(items.data(), items.size());
    }
  }

  const Dims& shape() const { return shape_; }
  // bool, int64, float32 for what was written as such; float64 for doubles, which tensor() makes
  // the default floating type.
  DType dtype() const { return dtype_; }
  // Row-major, of this dtype.
  std::string Bytes(DType dtype) const;

 private:
  void Join(const TensorLiteral* items, size_t count);

  template <class T>
  void Append(T number) {
    if constexpr (std::is_same_v<T, bool>) {
      dtype_ = DType::kBool;
      integers_.push_back(number);
    } else if constexpr (std::is_integral_v<T>) {
      dtype_ = DType::kInt64;
      integers_.push_back(static_cast<int64_t>(number));
    } else {
      dtype_ = std::is_same_v<T, float> ? DType::kFloat32 : DType::kFloat64;
      floats_.push_back(static_cast<double>(number));
    }
  }

  Dims shape_;
  DType dtype_ = kDefaultFloat;
  std::vector<int64_t> integers_;  // for bool and int64
  std::vector<double> floats_;     // for the others
};

// Throws when lists of one level differ in length.
Tensor tensor(const TensorLiteral& numbers, const TensorOptions& options = {},
              SourceLine source = SourceLine::Here());

// A copy of row-major data in this process; its dtype is the options', float32 unless they say.
Tensor from_blob(const void* data, const DimsArg& shape, const TensorOptions& options = {},
                 SourceLine source = SourceLine::Here());

Tensor ones(const DimsArg& shape, const TensorOptions& options = {},
            SourceLine source = SourceLine::Here());
Tensor zeros(const DimsArg& shape, const TensorOptions& options = {},
             SourceLine source = SourceLine::Here());

// Zeros as well: what was in memory before is never shown.
Tensor empty(const DimsArg& shape, const TensorOptions& options = {},
             SourceLine source = SourceLine::Here());

// 0, 1, … up to but not including `end`; from `start` on. int64 for integers, else float32. With a
// step: op_functions.h.
Tensor arange(Scalar end, const TensorOptions& options = {},
              SourceLine source = SourceLine::Here());
Tensor arange(Scalar start, Scalar end, const TensorOptions& options,
              SourceLine source = SourceLine::Here());

// Normal numbers of a mean and a standard deviation.
Tensor normal(double mean, double std, const DimsArg& shape, const TensorOptions& options = {},
              SourceLine source = SourceLine::Here());
// Integers uniform in [0, high).
Tensor randint(int64_t high, const DimsArg& shape, const TensorOptions& options = {},
               SourceLine source = SourceLine::Here());

// With the shape, dtype, device and connection of `like`, as far as the options do not say.
Tensor ones_like(const Tensor& like, const TensorOptions& options = {},
                 SourceLine source = SourceLine::Here());
Tensor empty_like(const Tensor& like, const TensorOptions& options = {},
                  SourceLine source = SourceLine::Here());
Tensor zeros_like(const Tensor& like, const TensorOptions& options = {},
                  SourceLine source = SourceLine::Here());
Tensor full_like(const Tensor& like, Scalar value, const TensorOptions& options = {},
                 SourceLine source = SourceLine::Here());
Tensor rand_like(const Tensor& like, const TensorOptions& options = {},
                 SourceLine source = SourceLine::Here());
Tensor randn_like(const Tensor& like, const TensorOptions& options = {},
                  SourceLine source = SourceLine::Here());
Tensor randint_like(const Tensor& like, int64_t low, int64_t high,
                    const TensorOptions& options = {}, SourceLine source = SourceLine::Here());

}  // namespace client
}  // namespace gradd
