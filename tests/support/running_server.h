// A real server for tests of the client. Says nothing of what it is made of: the client's names and
// the engine's overlap, and no program has both in view.
#pragma once

#include <memory>
#include <string>

namespace gradd::testing {

class RunningServer {
 public:
  // On a free port of loopback, with the devices cpu and sim:0. Sessions compute on cpu, or on what
  // GRADD_TEST_DEVICE names, unless they ask for another (test_devices.h).
  RunningServer();
  ~RunningServer();
  std::string target() const;

 private:
  struct Inside;
  const std::unique_ptr<Inside> inside_;
};

}  // namespace gradd::testing
