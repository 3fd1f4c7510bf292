#include "client/cpp/float_repr.h"

#include <charconv>
#include <cmath>

namespace gradd {
inline namespace client {

std::string FloatRepr(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  const double magnitude = std::abs(number);
  const bool plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e16);
  char text[64];
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(text, text + sizeof(text), number, format).ptr;
  std::string result(text, end);
  if (plain && result.find('.') == std::string::npos) result += ".0";
  return result;
}

}  // namespace client
}  // namespace gradd
