// A TCP proxy that a test can cut: the network as it is on a bad day.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/base/mutex.h"

namespace gradd {

class CuttingProxy {
 public:
  // Forwards to `target`, "127.0.0.1:PORT".
  explicit CuttingProxy(const std::string& target);
  ~CuttingProxy();

  // What clients connect to.
  std::string target() const;

  // Breaks every connection; new ones are accepted.
  void Cut();
  // While frozen nothing is forwarded, in neither direction, and nobody is told.
  void Freeze(bool frozen) { frozen_ = frozen; }
  // From now on cuts everything once so many more bytes came from the server. 0: never.
  void CutAfterBytesFromServer(int64_t bytes) { bytes_left_ = bytes == 0 ? -1 : bytes; }
  int64_t bytes_from_server() const { return bytes_from_server_; }

 private:
  struct Link {
    int client;
    int server;
    std::thread thread;
    std::atomic<bool> done{false};
  };

  void Accept();
  void Forward(Link& link);
  // False when the connection is over.
  bool Move(int from, int to, bool from_server);

  const int target_port_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> frozen_{false};
  std::atomic<int64_t> bytes_left_{-1};
  std::atomic<int64_t> bytes_from_server_{0};
  Mutex mutex_;
  std::vector<std::unique_ptr<Link>> links_ ABSL_GUARDED_BY(mutex_);
  std::thread accepter_;
};

}  // namespace gradd
