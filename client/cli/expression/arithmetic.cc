#include "client/cli/expression/arithmetic.h"

#include <cmath>

#include "core/base/checked.h"

namespace gradd::cli {
namespace {

std::optional<Scalar> Number(std::optional<int64_t> integer) {
  return integer ? std::optional<Scalar>(*integer) : std::nullopt;
}

// Python rounds a quotient down, and the remainder has the divisor's sign.
double FloorRemainder(double a, double b) {
  const double remainder = std::fmod(a, b);
  return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
}

std::optional<int64_t> Power(int64_t base, int64_t exponent) {
  std::optional<int64_t> result = 1;
  // Of these no power overflows, and of all others few do not.
  if (base == 0 || base == 1) return exponent == 0 ? 1 : base;
  if (base == -1) return exponent % 2 == 0 ? 1 : -1;
  for (; exponent > 0 && result; --exponent) result = CheckedMultiply(*result, base);
  return result;
}

std::optional<Scalar> Floating(const std::string& symbol, double a, double b) {
  if (symbol == "+") return a + b;
  if (symbol == "-") return a - b;
  if (symbol == "*") return a * b;
  if (symbol == "**") return std::pow(a, b);
  if (b == 0) return std::nullopt;
  if (symbol == "/") return a / b;
  if (symbol == "//") return std::floor(a / b);
  return FloorRemainder(a, b);
}

std::optional<Scalar> Whole(const std::string& symbol, int64_t a, int64_t b) {
  if (symbol == "+") return Number(CheckedAdd(a, b));
  if (symbol == "-") {
    int64_t difference = 0;
    if (__builtin_sub_overflow(a, b, &difference)) return std::nullopt;
    return difference;
  }
  if (symbol == "*") return Number(CheckedMultiply(a, b));
  if (symbol == "**" && b >= 0) return Number(Power(a, b));
  if (symbol == "/" || symbol == "**") {
    return Floating(symbol, static_cast<double>(a), static_cast<double>(b));
  }
  if (b == 0 || (b == -1 && a == INT64_MIN)) return std::nullopt;
  const int64_t remainder = (a % b != 0 && (a % b < 0) != (b < 0)) ? a % b + b : a % b;
  return symbol == "%" ? remainder : (a - remainder) / b;
}

template <class T>
std::optional<Scalar> Compared(const std::string& symbol, T a, T b) {
  if (symbol == "==") return a == b;
  if (symbol == "!=") return a != b;
  if (symbol == "<") return a < b;
  if (symbol == "<=") return a <= b;
  if (symbol == ">") return a > b;
  if (symbol == ">=") return a >= b;
  return std::nullopt;
}

}  // namespace

std::optional<Scalar> Compute(const std::string& symbol, Scalar left, Scalar right) {
  if (IsFloating(left.dtype()) || IsFloating(right.dtype())) {
    const double a = left.To<double>(), b = right.To<double>();
    const auto compared = Compared(symbol, a, b);
    return compared ? compared : Floating(symbol, a, b);
  }
  const int64_t a = left.To<int64_t>(), b = right.To<int64_t>();
  const auto compared = Compared(symbol, a, b);
  return compared ? compared : Whole(symbol, a, b);
}

}  // namespace gradd::cli
