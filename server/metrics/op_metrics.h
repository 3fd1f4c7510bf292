// How long each op took, counted so cheaply that it is always on.
#pragma once

#include <vector>

#include "core/ops/observer.h"
#include "server/metrics/op_histograms.h"

namespace gradd::server {

// Of the host, every call; of asynchronous devices, a sample of the calls besides.
class OpMetrics final : public OpObserver {
 public:
  // At most `max_histograms` combinations of op, phase, device and dtype, both kinds of times
  // together; of those that come later, each kind is counted in a histogram of its own.
  explicit OpMetrics(int max_histograms);

  void OnOp(const OpEvent& event) override;
  void OnDeviceTime(const DeviceTime& time) override;

  using Entry = OpHistograms::Entry;
  // By the host's clock: to the end of the op, or to its enqueueing where that is done later.
  std::vector<Entry> Collect() const { return host_times_.Collect(); }
  // By the device's clock.
  std::vector<Entry> CollectDeviceTimes() const { return device_times_.Collect(); }

 private:
  const double nanos_per_tick_;
  HistogramAllowance allowance_;
  OpHistograms host_times_;
  OpHistograms device_times_;
};

}  // namespace gradd::server
