#include "client/cli/metrics/op_times.h"

#include <cmath>
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace gradd::cli {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

std::string Label(const Sample& sample, const std::string& name) {
  const auto found = sample.labels.find(name);
  return found == sample.labels.end() ? "" : found->second;
}

}  // namespace

double Histogram::Mean() const { return count > 0 ? sum / count : kNothing; }

double Histogram::Quantile(double q) const {
  if (count <= 0 || buckets.empty()) return kNothing;
  const double rank = q * count;
  double below = 0, lower = 0;
  for (const auto& [bound, cumulative] : buckets) {
    if (cumulative >= rank && cumulative > below) {
      return std::isinf(bound) ? lower
                               : lower + (bound - lower) * (rank - below) / (cumulative - below);
    }
    below = cumulative;
    lower = bound;
  }
  return lower;
}

Histogram Histogram::Since(const Histogram& earlier) const {
  if (earlier.count > count) return *this;
  Histogram since = *this;
  since.sum -= earlier.sum;
  since.count -= earlier.count;
  for (auto& [bound, cumulative] : since.buckets) {
    const auto before = earlier.buckets.find(bound);
    if (before != earlier.buckets.end()) cumulative -= before->second;
  }
  return since;
}

OpTimes OpTimesIn(const std::vector<Sample>& samples) {
  OpTimes times;
  for (const Sample& sample : samples) {
    absl::string_view part = sample.name;
    if (!absl::ConsumePrefix(&part, "gradd_op_duration_seconds_")) continue;
    Histogram& histogram = times[{Label(sample, "op"), Label(sample, "phase"),
                                  Label(sample, "device"), Label(sample, "dtype")}];
    double bound = 0;
    if (part == "sum") histogram.sum = sample.value;
    if (part == "count") histogram.count = sample.value;
    if (part == "bucket" && absl::SimpleAtod(Label(sample, "le"), &bound)) {
      histogram.buckets[bound] = sample.value;
    }
  }
  return times;
}

OpTimes Since(const OpTimes& now, const OpTimes& earlier) {
  OpTimes since;
  for (const auto& [key, histogram] : now) {
    const auto before = earlier.find(key);
    since[key] = before == earlier.end() ? histogram : histogram.Since(before->second);
  }
  return since;
}

}  // namespace gradd::cli
