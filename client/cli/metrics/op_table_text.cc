#include "client/cli/metrics/op_table_text.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "client/cli/text_table.h"
#include "client/cli/units.h"

namespace gradd::cli {

void WriteOpTable(const OpTimes& counted, const OpTimes& shown, double seconds, size_t rows,
                  std::ostream& out) {
  std::vector<std::pair<OpKey, Histogram>> order(shown.begin(), shown.end());
  const auto times_of = [&](const auto& item) {
    return std::pair(item.second.sum, counted.at(item.first).sum);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const auto& a, const auto& b) { return times_of(a) > times_of(b); });
  const size_t left_out = rows > 0 && order.size() > rows ? order.size() - rows : 0;
  order.resize(order.size() - left_out);

  std::vector<std::vector<std::string>> cells;
  for (const auto& [key, times] : order) {
    cells.push_back({key.op, key.phase, key.device, key.dtype, PrintCount(counted.at(key).count),
                     seconds > 0 ? PrintCount(times.count / seconds) + "/s" : "-",
                     PrintSeconds(times.Mean()), PrintSeconds(times.Quantile(0.5)),
                     PrintSeconds(times.Quantile(0.99)), PrintSeconds(times.sum)});
  }
  WriteTable({{"OP"},
              {"PHASE"},
              {"DEVICE"},
              {"DTYPE"},
              {"CALLS", true},
              {"RATE", true},
              {"MEAN", true},
              {"P50", true},
              {"P99", true},
              {"TOTAL", true}},
             cells, out);
  if (left_out > 0) out << "and " << left_out << " more\n";
}

}  // namespace gradd::cli
