// What the operating system says of this process.
#pragma once

namespace gradd::server {

struct ProcessMetrics {
  double resident_bytes = 0;
  double cpu_seconds = 0;
  double open_fds = 0;
  double max_fds = 0;
  double start_time = 0;  // seconds since 1970
};

ProcessMetrics ReadProcessMetrics();

}  // namespace gradd::server
