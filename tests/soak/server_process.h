// A server in a process of its own, whose memory can be watched.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace gradd::soak {

class ServerProcess {
 public:
  // Starts `binary` on a free port of loopback and waits until it listens. Throws
  // std::runtime_error when it does not.
  explicit ServerProcess(const std::string& binary);
  // Kills it if it still runs.
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  const std::string& target() const { return target_; }
  // What /proc says it holds in memory. 0 when it has ended.
  int64_t ResidentBytes() const;
  // Asks it to end. Its exit status; 128 and the signal's number when it was killed.
  int Stop();
  // The same of one that ended by itself; nothing while it runs.
  std::optional<int> Ended();

 private:
  pid_t pid_ = -1;
  std::string target_;
};

}  // namespace gradd::soak
