// The times of ops as a table.
#pragma once

#include <ostream>

#include "client/cli/metrics/op_times.h"

namespace gradd::cli {

// The ops that took most time in `shown` come first, among equals those that took most in
// `counted`; at most `rows` of them (0: all). `counted`: all that the server counted, for the
// number of calls; `seconds`: what `shown` is of, for the rate, and 0 for no rate.
void WriteOpTable(const OpTimes& counted, const OpTimes& shown, double seconds, size_t rows,
                  std::ostream& out);

}  // namespace gradd::cli
