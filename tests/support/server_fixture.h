// The real server, in the test's own process.
#pragma once

#include <memory>
#include <string>

#include "core/base/clock.h"
#include "server/config.h"
#include "server/environment.h"

namespace gradd::server {

// Starts with the test and stops with it. Listens on a free port of loopback, without metrics and
// without a log, unless `config` says otherwise.
class TestServer {
 public:
  // What tests usually change: call it, change it, pass it. Sessions compute on the device that
  // test_devices.h names unless they ask for another.
  static Config DefaultConfig();

  explicit TestServer(const Config& config = DefaultConfig(), Clock* clock = nullptr);
  void Stop() { environment_ = nullptr; }

  Environment& environment() { return *environment_; }
  // "127.0.0.1:43210": what clients connect to. `index`: of --listen.
  std::string target(size_t index = 0) const;

 private:
  std::unique_ptr<Environment> environment_;
};

}  // namespace gradd::server
