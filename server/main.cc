// gradd: flags, a server, and a wait for SIGTERM.
#include <malloc.h>
#include <pthread.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "server/config.h"
#include "server/environment.h"
#include "server/log.h"
#include "server/version.h"

namespace gradd::server {
namespace {

// Signals come to the thread that waits for them, and to no other.
sigset_t BlockSignals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// Each connection takes a descriptor, and gRPC's listener does not survive running out of them.
void RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Messages come and go in pieces of memory that gRPC allocates. By default malloc gives each back
// to the system as soon as it is free, and gets the next one page fault by page fault.
void KeepMallocsMemory() {
#ifdef M_TRIM_THRESHOLD
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  mallopt(M_MMAP_THRESHOLD, 4 << 20);  // malloc no longer adapts it
#endif
}

int Refuse(const absl::Status& status) {
  std::fprintf(stderr, "gradd: %s\n", std::string(status.message()).c_str());
  return 2;
}

int Serve(const Config& config) {
  if (!SetLogLevel(config.log_level)) {
    return Refuse(absl::InvalidArgumentError("--log_level is debug, info, warn, error or off"));
  }
  QuietProtobuf();
  const sigset_t signals = BlockSignals();
  RaiseFileLimit();
  KeepMallocsMemory();
  absl::StatusOr<std::unique_ptr<Environment>> environment = Environment::Start(config);
  if (!environment.ok()) return Refuse(environment.status());
  for (const ListenAddress& address : (*environment)->addresses()) {
    std::printf("gradd: listening on %s\n", address.ToString().c_str());
  }
  if (!(*environment)->metrics_url().empty()) {
    std::printf("gradd: metrics on %s\n", (*environment)->metrics_url().c_str());
  }
  std::fflush(stdout);
  LogInfo("gradd ", kVersion, " serves");

  int signal = 0;
  sigwait(&signals, &signal);
  LogInfo("signal ", signal, ": finishing what was accepted");
  (*environment)->Drain();
  // A kernel that runs cannot be stopped; the process is not kept for it.
  std::thread([] {
    std::this_thread::sleep_for(absl::ToChronoMilliseconds(limits::kExit));
    std::_Exit(0);
  }).detach();
  environment->reset();
  LogInfo("stopped");
  return 0;
}

int Main(const std::vector<std::string>& arguments) {
  const absl::StatusOr<CommandLine> line = ParseCommandLine(arguments);
  if (!line.ok()) return Refuse(line.status());
  if (line->help || line->version) {
    std::fputs(line->help ? HelpText().c_str() : kVersion, stdout);
    std::fputs(line->help ? "" : "\n", stdout);
    return 0;
  }
  return Serve(line->config);
}

}  // namespace
}  // namespace gradd::server

int main(int argc, char** argv) {
  return gradd::server::Main(std::vector<std::string>(argv + 1, argv + argc));
}
