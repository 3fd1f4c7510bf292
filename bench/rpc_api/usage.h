#ifndef GRADD_BENCH_RPC_API_USAGE_H_
#define GRADD_BENCH_RPC_API_USAGE_H_

#include <sys/resource.h>

#include <cstdint>

namespace gradd::bench {

// What this process has used since it started.
struct Usage {
  int64_t cpu_us = 0;  // user and system time of all threads
  int64_t context_switches = 0;
};

inline Usage CurrentUsage() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto micros = [](const timeval& t) { return int64_t{t.tv_sec} * 1000000 + t.tv_usec; };
  return {micros(usage.ru_utime) + micros(usage.ru_stime), usage.ru_nvcsw + usage.ru_nivcsw};
}

}  // namespace gradd::bench

#endif  // GRADD_BENCH_RPC_API_USAGE_H_
