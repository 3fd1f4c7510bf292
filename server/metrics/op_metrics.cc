#include "server/metrics/op_metrics.h"

#include "core/base/clock.h"

namespace gradd::server {

OpMetrics::OpMetrics(int max_histograms)
    : nanos_per_tick_(NanosPerTick()),
      allowance_(max_histograms),
      host_times_(allowance_),
      device_times_(allowance_) {}

void OpMetrics::OnOp(const OpEvent& event) {
  host_times_.Count({&event.op, event.phase, event.device, event.dtype},
                    static_cast<uint64_t>(static_cast<double>(event.end_ticks - event.start_ticks) *
                                          nanos_per_tick_));
}

void OpMetrics::OnDeviceTime(const DeviceTime& time) {
  if (time.nanos < 0) return;  // unknown
  device_times_.Count({&time.op, time.phase, time.device, time.dtype},
                      static_cast<uint64_t>(time.nanos));
}

}  // namespace gradd::server
