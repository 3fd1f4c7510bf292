// How many commands of each kind were applied, and how long each took.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "server/metrics/histogram.h"
#include "server/metrics/per_thread.h"
#include "server/session/command_observer.h"

namespace gradd::server {

// Of the whole server, so that nothing is lost or counted twice when a session ends. Counted by
// each thread in memory of its own, as ops are.
class CommandMetrics final : public CommandObserver {
 public:
  CommandMetrics();

  void OnCommand(v1::Command::CommandCase kind, uint64_t start_ticks, uint64_t end_ticks) override;

  // Commands take longer than ops: buckets of durations in units of so many bits.
  static constexpr int kShift = 3;
  struct Entry {
    std::string kind;  // "forward"
    HistogramSnapshot durations;
  };
  // Of every kind there is, in the order of Command's fields.
  std::vector<Entry> Collect() const;

 private:
  // By the number of Command's oneof.
  static constexpr int kKinds = 64;
  using Block = std::array<ThreadHistogram, kKinds>;

  const double nanos_per_tick_;
  PerThread<Block> blocks_;
};

}  // namespace gradd::server
