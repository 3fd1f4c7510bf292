#include "tests/support/server_fixture.h"

#include <cstdio>
#include <cstdlib>

#include "server/log.h"
#include "tests/support/test_devices.h"  // skips the program where its device does not exist

namespace gradd::server {

Config TestServer::DefaultConfig() {
  Config config;
  config.listen = {"127.0.0.1:0"};
  config.metrics = "off";
  config.sim = true;
  config.device = ToString(testing::TestDevice());
  if (const char* const module = std::getenv("GRADD_TEST_MODULE")) config.backend_module = {module};
  config.drain = absl::Seconds(5);
  return config;
}

TestServer::TestServer(const Config& config, Clock* clock) {
  SetLogLevel("off");
  QuietProtobuf();
  EnvironmentOverrides overrides;
  overrides.clock = clock;
  overrides.reap_interval = absl::Milliseconds(20);
  absl::StatusOr<std::unique_ptr<Environment>> started = Environment::Start(config, overrides);
  if (!started.ok()) {
    std::fprintf(stderr, "the server does not start: %s\n", started.status().ToString().c_str());
    std::abort();
  }
  environment_ = *std::move(started);
}

std::string TestServer::target(size_t index) const {
  return environment_->addresses().at(index).ToString();
}

}  // namespace gradd::server
