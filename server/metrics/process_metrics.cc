#include "server/metrics/process_metrics.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace gradd::server {
namespace {

int CountOpenFiles() {
  DIR* const directory = opendir("/proc/self/fd");
  if (directory == nullptr) return 0;
  int count = 0;
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count - 3;  // ".", ".." and the one that reads
}

// The fields of /proc/self/stat after the name of the program, which may hold anything.
std::istringstream StatFields() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const size_t name_end = line.rfind(')');
  return std::istringstream(name_end == std::string::npos ? "" : line.substr(name_end + 2));
}

double BootTime() {
  std::ifstream file("/proc/stat");
  std::string word;
  double seconds = 0;
  while (file >> word) {
    if (word == "btime" && file >> seconds) break;
  }
  return seconds;
}

}  // namespace

ProcessMetrics ReadProcessMetrics() {
  ProcessMetrics metrics;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  std::istringstream fields = StatFields();
  std::string skipped;
  double user = 0, system = 0, start = 0, pages = 0;
  // utime, stime, starttime and rss are the fields 14, 15, 22 and 24 of proc(5); 3 comes first
  // here.
  for (int field = 3; fields; ++field) {
    double* const wanted = field == 14   ? &user
                           : field == 15 ? &system
                           : field == 22 ? &start
                           : field == 24 ? &pages
                                         : nullptr;
    if (wanted != nullptr ? !(fields >> *wanted) : !(fields >> skipped)) break;
  }
  metrics.cpu_seconds = (user + system) / ticks;
  metrics.start_time = BootTime() + start / ticks;
  metrics.resident_bytes = pages * static_cast<double>(sysconf(_SC_PAGESIZE));
  metrics.open_fds = CountOpenFiles();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) metrics.max_fds = static_cast<double>(limit.rlim_cur);
  return metrics;
}

}  // namespace gradd::server
