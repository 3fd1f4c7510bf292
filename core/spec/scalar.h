// A number without a shape, as it stands in a client's source: the 2 in `2 * b`.
#pragma once

#include <cstdint>
#include <string>

#include "core/spec/dtype.h"

namespace gradd {

class Scalar {
 public:
  Scalar() : Scalar(0.0) {}
  // Implicit on purpose: a number in a call is a Scalar.
  Scalar(bool value) : dtype_(DType::kBool), integer_(value) {}        // NOLINT
  Scalar(int value) : dtype_(DType::kInt64), integer_(value) {}        // NOLINT
  Scalar(int64_t value) : dtype_(DType::kInt64), integer_(value) {}    // NOLINT
  Scalar(double value) : dtype_(DType::kFloat64), floating_(value) {}  // NOLINT

  // kBool, kInt64 or kFloat64: the category, not a width.
  DType dtype() const { return dtype_; }

  // The value converted as a C++ cast would, except that a floating value outside int64's range
  // (or NaN) becomes the smallest one, as kernels convert it.
  template <class T>
  T To() const {
    if (dtype_ == DType::kFloat64) return FromDouble<T>(floating_);
    return static_cast<T>(integer_);
  }
  std::string ToString() const;

  bool operator==(const Scalar& other) const;

  template <class T>
  static T FromDouble(double value) {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
      // Through int64, as kernels convert: an int32 gets the lower half.
      if (!(value >= -9223372036854775808.0 && value < 9223372036854775808.0)) {
        return static_cast<T>(INT64_MIN);
      }
      return static_cast<T>(static_cast<int64_t>(value));
    } else if constexpr (std::is_same_v<T, bool>) {
      return value != 0;
    } else {
      return static_cast<T>(value);
    }
  }

 private:
  DType dtype_;
  union {
    int64_t integer_;
    double floating_;
  };
};

}  // namespace gradd
