// Everything that a scrape says.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include "core/device/device.h"
#include "server/metrics/command_metrics.h"
#include "server/metrics/op_metrics.h"
#include "server/metrics/rpc_metrics.h"

namespace gradd::server {

// What the server holds at one moment.
struct ServerGauges {
  int64_t sessions = 0;
  int64_t tensors = 0;
  int64_t tensor_bytes = 0;
  int64_t cached_bytes = 0;
  int64_t graph_nodes = 0;
  int64_t queue_depth = 0;  // messages and calls that wait or run
  struct Device {
    DeviceId id;
    DeviceUsage usage;
  };
  std::vector<Device> devices;  // those that tell how busy they are
};

class ServerMetrics final : public prometheus::Collectable {
 public:
  // `ops` may be null. All outlive this.
  ServerMetrics(std::function<ServerGauges()> gauges, const OpMetrics* ops,
                const CommandMetrics& commands, const RpcMetrics& rpcs);

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const std::function<ServerGauges()> gauges_;
  const OpMetrics* const ops_;
  const CommandMetrics& commands_;
  const RpcMetrics& rpcs_;
};

// OpMetrics' bound so that both its families fit into so many series.
int OpHistogramsIn(int series);

}  // namespace gradd::server
