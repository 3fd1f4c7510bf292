// gradd: flags, a server, and a wait for SIGTERM or for the loss of a device.
#include <malloc.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "server/config.h"
#include "server/environment.h"
#include "server/exit_status.h"
#include "server/log.h"
#include "server/version.h"

namespace gradd::server {
namespace {

// What the process sends itself.
constexpr int kDeviceLost = SIGUSR1;

// Signals come to the thread that waits for them, and to no other.
sigset_t BlockSignals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, kDeviceLost);
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
  return kExitRefused;
}

// The signal that asked the process to end, or kDeviceLost.
int AwaitEnd(const sigset_t& signals, const Environment& environment) {
  int signal = 0;
  do {
    sigwait(&signals, &signal);
  } while (signal == kDeviceLost && !environment.has_lost_device());  // somebody else sent it
  return signal;
}

// Ends the process after a while, whatever still runs.
void ExitAfter(absl::Duration delay, int status) {
  std::thread([=] {
    std::this_thread::sleep_for(absl::ToChronoMilliseconds(delay));
    std::_Exit(status);
  }).detach();
}

// Destroys nothing: what holds memory of a lost device may wait for it for ever.
[[noreturn]] void EndWithoutDevice(Environment& environment) {
  ExitAfter(limits::kLostDeviceExit, kExitDeviceLost);
  environment.Drain(limits::kLostDeviceDrain);
  std::this_thread::sleep_for(absl::ToChronoMilliseconds(limits::kLostDeviceFlush));
  LogError("ending with ", kExitDeviceLost, ", to be started again");
  std::_Exit(kExitDeviceLost);
}

int Serve(const Config& config) {
  if (!SetLogLevel(config.log_level)) {
    return Refuse(absl::InvalidArgumentError("--log_level is debug, info, warn, error or off"));
  }
  QuietProtobuf();
  const sigset_t signals = BlockSignals();
  RaiseFileLimit();
  KeepMallocsMemory();
  absl::StatusOr<std::unique_ptr<Environment>> environment =
      Environment::Start(config, {}, [] { kill(getpid(), kDeviceLost); });
  if (!environment.ok()) return Refuse(environment.status());
  for (const ListenAddress& address : (*environment)->addresses()) {
    std::printf("gradd: listening on %s\n", address.ToString().c_str());
  }
  if (!(*environment)->metrics_url().empty()) {
    std::printf("gradd: metrics on %s\n", (*environment)->metrics_url().c_str());
  }
  std::fflush(stdout);
  LogInfo("gradd ", kVersion, " serves");

  const int signal = AwaitEnd(signals, **environment);
  if (signal == kDeviceLost) EndWithoutDevice(**environment);
  LogInfo("signal ", signal, ": finishing what was accepted");
  (*environment)->Drain();
  // A kernel that runs cannot be stopped; the process is not kept for it.
  ExitAfter(limits::kExit, 0);
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
