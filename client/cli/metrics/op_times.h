// How long ops took, as the server's histograms have it.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "client/cli/metrics/exposition.h"

namespace gradd::cli {

struct Histogram {
  std::map<double, double> buckets;  // an upper bound in seconds -> how many are not above it
  double sum = 0;                    // seconds
  double count = 0;

  double Mean() const;
  // Between bounds, as if a bucket's durations were spread evenly over it; of what is above the
  // last bound, that bound. Prometheus' histogram_quantile computes the same. NaN of nothing.
  double Quantile(double q) const;
  // What came since `earlier`; all of it when the server counts anew.
  Histogram Since(const Histogram& earlier) const;
};

struct OpKey {
  std::string op, phase, device, dtype;
  bool operator<(const OpKey& other) const {
    return std::tie(op, phase, device, dtype) <
           std::tie(other.op, other.phase, other.device, other.dtype);
  }
};

using OpTimes = std::map<OpKey, Histogram>;
OpTimes OpTimesIn(const std::vector<Sample>& samples);
OpTimes Since(const OpTimes& now, const OpTimes& earlier);

}  // namespace gradd::cli
