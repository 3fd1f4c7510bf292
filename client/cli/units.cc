#include "client/cli/units.h"

#include <cmath>

#include "absl/strings/str_format.h"

namespace gradd::cli {
namespace {

// Three digits, with a unit that leaves up to `step` in front of it.
std::string Scaled(double number, double step, const char* const* units, int last) {
  int unit = 0;
  // What would be rounded up to the step goes to the next unit too.
  while (unit < last && std::abs(number) >= step * 0.9995) {
    number /= step;
    ++unit;
  }
  const double magnitude = std::abs(number);
  const int digits = unit == 0 || magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2;
  return absl::StrFormat("%.*f%s", digits, number, units[unit]);
}

}  // namespace

std::string PrintSeconds(double seconds) {
  if (std::isnan(seconds)) return "-";
  if (seconds >= 60) {
    const auto whole = static_cast<int64_t>(seconds);
    if (whole >= 86400) return absl::StrFormat("%d d %d h", whole / 86400, whole / 3600 % 24);
    if (whole >= 3600) return absl::StrFormat("%d h %d min", whole / 3600, whole / 60 % 60);
    return absl::StrFormat("%d min %d s", whole / 60, whole % 60);
  }
  constexpr const char* kUnits[] = {" ns", " us", " ms", " s"};
  return Scaled(seconds * 1e9, 1000, kUnits, 3);
}

std::string PrintBytes(double bytes) {
  constexpr const char* kUnits[] = {" B", " KiB", " MiB", " GiB", " TiB"};
  return Scaled(bytes, 1024, kUnits, 4);
}

std::string PrintCount(double count) {
  constexpr const char* kUnits[] = {"", " k", " M", " G"};
  return Scaled(count, 1000, kUnits, 3);
}

}  // namespace gradd::cli
