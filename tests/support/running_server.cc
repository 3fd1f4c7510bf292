#include "tests/support/running_server.h"

#include "tests/support/server_fixture.h"

namespace gradd::testing {
namespace {

server::Config WithSim() {
  server::Config config = server::TestServer::DefaultConfig();
  config.sim = true;
  return config;
}

}  // namespace

struct RunningServer::Inside {
  server::TestServer server{WithSim()};
};

RunningServer::RunningServer() : inside_(std::make_unique<Inside>()) {}
RunningServer::~RunningServer() = default;
std::string RunningServer::target() const { return inside_->server.target(); }

}  // namespace gradd::testing
