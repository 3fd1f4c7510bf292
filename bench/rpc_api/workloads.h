#ifndef GRADD_BENCH_RPC_API_WORKLOADS_H_
#define GRADD_BENCH_RPC_API_WORKLOADS_H_

#include <chrono>
#include <memory>
#include <vector>

#include "bench/rpc_api/client_api.h"
#include "bench/rpc_api/flags.h"

namespace gradd::bench {

// Every workload prints `"name": value` pairs of a JSON object on standard output, each after a
// comma. Latencies are in microseconds, "cpu" is microseconds a message or call on each side,
// "switches" context switches a message, both sides together.

void MeasureUnary(ClientApi* client, std::chrono::milliseconds duration);
void MeasurePing(ClientApi* client, const StreamRequest& message,
                 std::chrono::milliseconds duration);

// At most `window` messages are unacknowledged. All but every `cork`th message are sent with the
// buffer hint.
void MeasureThroughput(ClientApi* client, StreamRequest message, int cork, int window,
                       std::chrono::milliseconds duration);

// Pings after silences that grow evenly from `gap` to `gap + spread`.
void MeasureAfterIdle(ClientApi* client, const StreamRequest& message, int samples,
                      std::chrono::milliseconds gap, std::chrono::milliseconds spread);

// Opens `count` streams, spread over `clients`, pings once on each, prints "ready" and keeps them
// open until standard input ends.
void HoldStreams(const std::vector<std::unique_ptr<ClientApi>>& clients,
                 const StreamRequest& message, int count);

}  // namespace gradd::bench

#endif  // GRADD_BENCH_RPC_API_WORKLOADS_H_
