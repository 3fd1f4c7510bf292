#include "server/metrics/server_metrics.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "core/ops/op.h"
#include "server/metrics/process_metrics.h"
#include "server/version.h"

namespace gradd::server {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// Buckets below these would stay empty: calls take 8 microseconds and more, streams live for more
// than a tenth of a second.
constexpr int kFirstRpcBucket = 6;
constexpr int kFirstStreamBucket = 6;

MetricFamily Family(std::string name, MetricType type, std::string help) {
  MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = type;
  return family;
}

MetricFamily Single(std::string name, MetricType type, std::string help, double value) {
  MetricFamily family = Family(std::move(name), type, std::move(help));
  ClientMetric& metric = family.metric.emplace_back();
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  return family;
}

// `shift`: as the durations were counted with.
void FillHistogram(const HistogramSnapshot& from, int first_bucket, int shift,
                   ClientMetric& metric) {
  uint64_t count = 0;
  for (int b = 0; b < kBuckets - 1; ++b) {
    count += from.buckets[b];
    if (b >= first_bucket) {
      metric.histogram.bucket.push_back({count, std::ldexp(1, kFirstBit + shift + b) / 1e9});
    }
  }
  count += from.buckets[kBuckets - 1];
  metric.histogram.bucket.push_back({count, HUGE_VAL});
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = static_cast<double>(from.sum) * 1e-9;
}

const char* NameOf(Phase phase) {
  switch (phase) {
    case Phase::kForward:
      return "forward";
    case Phase::kBackward:
      return "backward";
    case Phase::kStep:
      break;
  }
  return "step";
}

// grpc::StatusCode as Prometheus users write it.
std::string NameOfCode(int code) {
  return absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
}

MetricFamily OpDurations(std::string name, std::string help,
                         const std::vector<OpMetrics::Entry>& entries) {
  MetricFamily family = Family(std::move(name), MetricType::Histogram, std::move(help));
  for (const OpMetrics::Entry& entry : entries) {
    ClientMetric& metric = family.metric.emplace_back();
    const OpHistograms::Key& key = entry.key;
    const bool named = key.op != nullptr;
    metric.label = {{"op", named ? key.op->name : "other"},
                    {"phase", named ? NameOf(key.phase) : "other"},
                    {"device", named ? ToString(key.device) : "other"},
                    {"dtype", named ? std::string(Name(key.dtype)) : "other"}};
    FillHistogram(entry.durations, 0, 0, metric);
  }
  return family;
}

void AddOps(const OpMetrics& ops, std::vector<MetricFamily>& families) {
  families.push_back(OpDurations("gradd_op_duration_seconds",
                                 "Time from launching an op to its end on the processor, or to its "
                                 "enqueueing on an asynchronous device.",
                                 ops.Collect()));
  families.push_back(OpDurations("gradd_op_device_duration_seconds",
                                 "Time that an op took on an asynchronous device: a sample of its "
                                 "calls is timed, and none on the processor.",
                                 ops.CollectDeviceTimes()));
}

// Adds how long the calls took to `durations`, and to `errors` how many failed.
void AddCalls(const RpcMetrics::Histograms& calls, int first_bucket, int shift,
              MetricFamily& durations, MetricFamily& errors) {
  for (const auto& [key, histogram] : calls) {
    ClientMetric& metric = durations.metric.emplace_back();
    metric.label = {{"method", key.first}, {"code", NameOfCode(key.second)}};
    FillHistogram(histogram, first_bucket, shift, metric);
    if (key.second == 0) continue;
    ClientMetric& error = errors.metric.emplace_back();
    error.label = metric.label;
    error.counter.value = static_cast<double>(metric.histogram.sample_count);
  }
}

void AddRpcs(const RpcMetrics& rpcs, std::vector<MetricFamily>& families) {
  MetricFamily calls = Family("gradd_rpc_duration_seconds", MetricType::Histogram,
                              "Time from the arrival of a unary call to its end.");
  MetricFamily streams = Family("gradd_stream_duration_seconds", MetricType::Histogram,
                                "How long streams lived that have ended.");
  MetricFamily errors = Family("gradd_rpc_errors_total", MetricType::Counter,
                               "Calls and streams that ended with an error.");
  AddCalls(rpcs.Collect(), kFirstRpcBucket, 0, calls, errors);
  AddCalls(rpcs.CollectStreams(), kFirstStreamBucket, RpcMetrics::kStreamShift, streams, errors);
  families.push_back(std::move(calls));
  families.push_back(std::move(streams));
  families.push_back(std::move(errors));
}

void AddCommands(const CommandMetrics& commands, std::vector<MetricFamily>& families) {
  MetricFamily durations =
      Family("gradd_command_duration_seconds", MetricType::Histogram,
             "Time that a session took to apply a command, streamed or of a unary call.");
  MetricFamily totals =
      Family("gradd_commands_total", MetricType::Counter, "Commands applied to sessions.");
  for (const CommandMetrics::Entry& entry : commands.Collect()) {
    ClientMetric& metric = durations.metric.emplace_back();
    metric.label = {{"kind", entry.kind}};
    FillHistogram(entry.durations, 0, CommandMetrics::kShift, metric);
    ClientMetric& total = totals.metric.emplace_back();
    total.label = metric.label;
    total.counter.value = static_cast<double>(metric.histogram.sample_count);
  }
  families.push_back(std::move(durations));
  families.push_back(std::move(totals));
}

void AddGauges(const ServerGauges& gauges, std::vector<MetricFamily>& families) {
  const auto gauge = [&](const char* name, const char* help, int64_t value) {
    families.push_back(Single(name, MetricType::Gauge, help, static_cast<double>(value)));
  };
  gauge("gradd_sessions", "Sessions whose lease runs.", gauges.sessions);
  gauge("gradd_tensors", "Tensors that clients hold by handle.", gauges.tensors);
  gauge("gradd_cached_bytes", "Bytes of free memory kept for tensors to come.",
        gauges.cached_bytes);
  gauge("gradd_tensor_bytes", "Bytes of tensors, saved values and blobs.", gauges.tensor_bytes);
  gauge("gradd_graph_nodes", "Nodes of recorded graphs.", gauges.graph_nodes);
  gauge("gradd_queue_depth", "Requests that wait or are worked on.", gauges.queue_depth);
}

void AddDevices(const std::vector<ServerGauges::Device>& devices,
                std::vector<MetricFamily>& families) {
  MetricFamily used = Family("gradd_device_memory_used_bytes", MetricType::Gauge,
                             "Memory of the device that is in use, by all processes.");
  MetricFamily total =
      Family("gradd_device_memory_total_bytes", MetricType::Gauge, "Memory of the device.");
  MetricFamily busy = Family("gradd_device_busy_ratio", MetricType::Gauge,
                             "Share of the last moments in which something ran on the device.");
  for (const ServerGauges::Device& device : devices) {
    const auto add = [&device](MetricFamily& family, double value) {
      ClientMetric& metric = family.metric.emplace_back();
      metric.label = {{"device", ToString(device.id)}};
      metric.gauge.value = value;
    };
    add(used, static_cast<double>(device.usage.memory_used));
    add(total, static_cast<double>(device.usage.memory_total));
    if (device.usage.busy) add(busy, *device.usage.busy);
  }
  families.push_back(std::move(used));
  families.push_back(std::move(total));
  families.push_back(std::move(busy));
}

void AddProcess(std::vector<MetricFamily>& families) {
  const ProcessMetrics process = ReadProcessMetrics();
  families.push_back(Single("process_resident_memory_bytes", MetricType::Gauge,
                            "Resident memory of the process.", process.resident_bytes));
  families.push_back(Single("process_cpu_seconds_total", MetricType::Counter,
                            "Processor time, user and system.", process.cpu_seconds));
  families.push_back(
      Single("process_open_fds", MetricType::Gauge, "Open file descriptors.", process.open_fds));
  families.push_back(Single("process_max_fds", MetricType::Gauge,
                            "How many file descriptors may be open.", process.max_fds));
  families.push_back(Single("process_start_time_seconds", MetricType::Gauge,
                            "When the process started, in seconds since 1970.",
                            process.start_time));
  MetricFamily build = Single("gradd_build_info", MetricType::Gauge, "What runs: always 1.", 1);
  build.metric[0].label = {{"version", kVersion}};
  families.push_back(std::move(build));
}

}  // namespace

ServerMetrics::ServerMetrics(std::function<ServerGauges()> gauges, const OpMetrics* ops,
                             const CommandMetrics& commands, const RpcMetrics& rpcs)
    : gauges_(std::move(gauges)), ops_(ops), commands_(commands), rpcs_(rpcs) {}

std::vector<MetricFamily> ServerMetrics::Collect() const {
  std::vector<MetricFamily> families;
  if (ops_ != nullptr) AddOps(*ops_, families);
  AddCommands(commands_, families);
  AddRpcs(rpcs_, families);
  const ServerGauges gauges = gauges_();
  AddGauges(gauges, families);
  AddDevices(gauges.devices, families);
  AddProcess(families);
  return families;
}

int OpHistogramsIn(int series) {
  // The finite bounds, +Inf, the sum and the count; one histogram of each family is for all that do
  // not fit.
  return series / (kBuckets + 2) - 2;
}

}  // namespace gradd::server
