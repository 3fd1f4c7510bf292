#include "core/base/float_text.h"

#include <charconv>
#include <cmath>

namespace gradd {

std::string FloatText(double value) {
  if (!std::isfinite(value)) return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
  char text[32];
  const double size = std::abs(value);
  const bool fixed = size == 0 || (size >= 1e-4 && size < 1e16);
  const std::to_chars_result end =
      std::to_chars(text, text + sizeof text, value,
                    fixed ? std::chars_format::fixed : std::chars_format::scientific);
  std::string printed(text, end.ptr);
  if (fixed && printed.find('.') == std::string::npos) printed += ".0";
  return printed;
}

}  // namespace gradd
