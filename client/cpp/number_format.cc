#include "client/cpp/number_format.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_format.h"

namespace gradd {
inline namespace client {
namespace {

// Those that decide on the notation.
std::vector<double> FiniteNonzero(const HostTensor& shown) {
  std::vector<double> numbers = shown.ToVector<double>();
  const auto decides_nothing = [](double number) { return !std::isfinite(number) || number == 0; };
  numbers.erase(std::remove_if(numbers.begin(), numbers.end(), decides_nothing), numbers.end());
  return numbers;
}

bool SpreadsWidely(const std::vector<double>& numbers) {
  double smallest = std::abs(numbers[0]), largest = smallest;
  for (const double number : numbers) {
    smallest = std::min(smallest, std::abs(number));
    largest = std::max(largest, std::abs(number));
  }
  return largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4;
}

}  // namespace

NumberFormat::NumberFormat(const HostTensor& shown, const PrintOptions& options)
    : floating_(IsFloating(shown.dtype)), precision_(options.precision) {
  if (!floating_) {
    for (int64_t i = 0; i < shown.size(); ++i) {
      width_ = std::max(width_, WriteBare(shown.At(i)).size());
    }
    return;
  }
  const std::vector<double> numbers = FiniteNonzero(shown);
  if (numbers.empty()) return;
  whole_ = std::all_of(numbers.begin(), numbers.end(),
                       [](double number) { return number == std::ceil(number); });
  scientific_ = options.sci_mode.value_or(SpreadsWidely(numbers));
  for (const double number : numbers) width_ = std::max(width_, WriteFloating(number).size());
}

std::string NumberFormat::WriteFloating(double number) const {
  // printf gives some NaNs a sign.
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  if (scientific_) return absl::StrFormat("%.*e", precision_, number);
  if (whole_) return absl::StrFormat("%.0f.", number);
  return absl::StrFormat("%.*f", precision_, number);
}

std::string NumberFormat::WriteBare(Scalar number) const {
  return floating_ ? WriteFloating(number.To<double>()) : number.ToString();
}

std::string NumberFormat::Write(Scalar number) const {
  std::string text = WriteBare(number);
  if (text.size() < width_) text.insert(0, width_ - text.size(), ' ');
  return text;
}

}  // namespace client
}  // namespace gradd
