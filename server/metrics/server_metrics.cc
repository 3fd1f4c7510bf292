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

// Calls take longer than ops: buckets below 8 microseconds would stay empty.
constexpr int kFirstRpcBucket = 6;

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

void FillHistogram(const HistogramSnapshot& from, int first_bucket, ClientMetric& metric) {
  uint64_t count = 0;
  for (int b = 0; b < kBuckets - 1; ++b) {
    count += from.buckets[b];
    if (b >= first_bucket) {
      metric.histogram.bucket.push_back({count, std::ldexp(1, kFirstBit + b) / 1e9});
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

MetricFamily OpDurations(const OpMetrics& ops) {
  MetricFamily family = Family("gradd_op_duration_seconds", MetricType::Histogram,
                               "Time from launching an op to its end on the processor, or to its "
                               "enqueueing on an asynchronous device.");
  for (const OpMetrics::Entry& entry : ops.Collect()) {
    ClientMetric& metric = family.metric.emplace_back();
    const bool named = entry.op != nullptr;
    metric.label = {{"op", named ? entry.op->name : "other"},
                    {"phase", named ? NameOf(entry.phase) : "other"},
                    {"device", named ? ToString(entry.device) : "other"},
                    {"dtype", named ? std::string(Name(entry.dtype)) : "other"}};
    FillHistogram(entry.durations, 0, metric);
  }
  return family;
}

void AddRpcs(const RpcMetrics& rpcs, std::vector<MetricFamily>& families) {
  MetricFamily durations =
      Family("gradd_rpc_duration_seconds", MetricType::Histogram,
             "Time from the arrival of a call to its end; of a stream, its whole life.");
  MetricFamily errors =
      Family("gradd_rpc_errors_total", MetricType::Counter, "Calls that ended with an error.");
  for (const auto& [key, histogram] : rpcs.Collect()) {
    ClientMetric& metric = durations.metric.emplace_back();
    metric.label = {{"method", key.first}, {"code", NameOfCode(key.second)}};
    FillHistogram(histogram, kFirstRpcBucket, metric);
    if (key.second == 0) continue;
    ClientMetric& error = errors.metric.emplace_back();
    error.label = metric.label;
    error.counter.value = static_cast<double>(metric.histogram.sample_count);
  }
  families.push_back(std::move(durations));
  families.push_back(std::move(errors));
}

void AddGauges(const ServerGauges& gauges, std::vector<MetricFamily>& families) {
  const auto gauge = [&](const char* name, const char* help, int64_t value) {
    families.push_back(Single(name, MetricType::Gauge, help, static_cast<double>(value)));
  };
  gauge("gradd_sessions", "Sessions whose lease runs.", gauges.sessions);
  gauge("gradd_tensors", "Tensors that clients hold by handle.", gauges.tensors);
  gauge("gradd_tensor_bytes", "Bytes of tensors, saved values and blobs.", gauges.tensor_bytes);
  gauge("gradd_graph_nodes", "Nodes of recorded graphs.", gauges.graph_nodes);
  gauge("gradd_queue_depth", "Requests that wait or are worked on.", gauges.queue_depth);
  MetricFamily commands =
      Family("gradd_commands_total", MetricType::Counter, "Commands applied to sessions.");
  for (const auto& [kind, count] : gauges.commands) {
    ClientMetric& metric = commands.metric.emplace_back();
    metric.label = {{"kind", kind}};
    metric.counter.value = static_cast<double>(count);
  }
  families.push_back(std::move(commands));
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
                             const RpcMetrics& rpcs)
    : gauges_(std::move(gauges)), ops_(ops), rpcs_(rpcs) {}

std::vector<MetricFamily> ServerMetrics::Collect() const {
  std::vector<MetricFamily> families;
  if (ops_ != nullptr) families.push_back(OpDurations(*ops_));
  AddRpcs(rpcs_, families);
  AddGauges(gauges_(), families);
  AddProcess(families);
  return families;
}

int OpHistogramsIn(int series) {
  // The finite bounds, +Inf, the sum and the count; one histogram is for all that do not fit.
  return series / (kBuckets + 2) - 1;
}

}  // namespace gradd::server
