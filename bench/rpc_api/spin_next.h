#ifndef GRADD_BENCH_RPC_API_SPIN_NEXT_H_
#define GRADD_BENCH_RPC_API_SPIN_NEXT_H_

#include <chrono>

#include <grpcpp/grpcpp.h>

namespace gradd::bench {

// CompletionQueue::Next that polls for `spin` before it blocks: a thread that never slept needs
// no wake-up, which is most of the latency on idle cores. Returns false on shutdown.
inline bool SpinNext(grpc::CompletionQueue* queue, std::chrono::microseconds spin, void** tag,
                     bool* ok) {
  if (spin.count() > 0) {
    const auto until = std::chrono::steady_clock::now() + spin;
    do {
      switch (queue->AsyncNext(tag, ok, gpr_time_0(GPR_CLOCK_REALTIME))) {
        case grpc::CompletionQueue::GOT_EVENT:
          return true;
        case grpc::CompletionQueue::SHUTDOWN:
          return false;
        case grpc::CompletionQueue::TIMEOUT:
          break;
      }
    } while (std::chrono::steady_clock::now() < until);
  }
  return queue->Next(tag, ok);
}

}  // namespace gradd::bench

#endif  // GRADD_BENCH_RPC_API_SPIN_NEXT_H_
