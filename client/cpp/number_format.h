// One way to write numbers for all elements of a tensor.
#pragma once

#include <string>

#include "client/cpp/host_tensor.h"
#include "client/cpp/print_options.h"
#include "core/spec/scalar.h"

namespace gradd {
inline namespace client {

// As PyTorch prints elements. Integers and bools are written as they are. Floating-point numbers
// are written alike: "3." when all are whole; in scientific notation when the largest magnitude is
// over 1e8 or over 1000 times the smallest, or the smallest is under 1e-4; else with the options'
// precision. Zeros, infinities and NaN decide nothing.
class NumberFormat {
 public:
  // Made for the elements that will be shown.
  NumberFormat(const HostTensor& shown, const PrintOptions& options);

  // Characters of the longest of those elements, but for zeros, infinities and NaN.
  size_t width() const { return width_; }
  // Filled up to the width with spaces in front.
  std::string Write(Scalar number) const;

 private:
  std::string WriteBare(Scalar number) const;
  std::string WriteFloating(double number) const;

  const bool floating_;
  const int precision_;
  bool whole_ = true;
  bool scientific_ = false;
  size_t width_ = 1;
};

}  // namespace client
}  // namespace gradd
