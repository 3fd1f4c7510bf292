// An argument that may be a tensor or a number, and knows the line where it was written.
#pragma once

#include <cstdint>
#include <type_traits>

#include "client/cpp/source_line.h"
#include "core/ops/value.h"

namespace gradd {
inline namespace client {

class Tensor;

// Only for parameters: refers to the tensor that it is made of. The line is captured when the
// compiler converts the argument, so `a / b` knows where it stands.
class Operand {
 public:
  // Implicit on purpose: a tensor or a number in a call is an Operand.
  Operand(const Tensor& tensor, SourceLine source = SourceLine::Here());  // NOLINT
  Operand(Scalar number, SourceLine source = SourceLine::Here())          // NOLINT
      : number_(number), source_(source) {}
  template <class T>
  requires std::is_arithmetic_v<T> Operand(T number, SourceLine source = SourceLine::Here())
      : Operand(ToScalar(number), source) {}  // NOLINT

  Value value() const { return tensor_ != nullptr ? *tensor_ : MakeScalar(number_); }
  bool is_number() const { return tensor_ == nullptr; }
  SourceLine source() const { return source_; }

 private:
  template <class T>
  static Scalar ToScalar(T number) {
    if constexpr (std::is_same_v<T, bool>) return Scalar(number);
    if constexpr (std::is_integral_v<T>) return Scalar(static_cast<int64_t>(number));
    return Scalar(static_cast<double>(number));
  }

  const Value* tensor_ = nullptr;
  Scalar number_;
  SourceLine source_;
};

}  // namespace client
}  // namespace gradd
