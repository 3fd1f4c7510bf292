#include "tests/soak/server_process.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace gradd::soak {
namespace {

int ExitStatus(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ServerProcess::ServerProcess(const std::string& binary) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe to the server");
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("cannot start another process");
  if (pid_ == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execl(binary.c_str(), binary.c_str(), "--listen=127.0.0.1:0", "--metrics=127.0.0.1:0",
          "--log_level=warn", nullptr);
    _exit(127);
  }
  close(ends[1]);
  // Kept to the end of the line only: the server says nothing more that is wanted.
  const std::unique_ptr<FILE, int (*)(FILE*)> output(fdopen(ends[0], "r"), fclose);
  char address[256] = "";
  if (fscanf(output.get(), "gradd: listening on %255s", address) != 1) {
    throw std::runtime_error(binary + " does not start");
  }
  target_ = address;
}

ServerProcess::~ServerProcess() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

int64_t ServerProcess::ResidentBytes() const {
  // The second number is the resident pages; see proc(5).
  std::ifstream file("/proc/" + std::to_string(pid_) + "/statm");
  int64_t virtual_pages = 0, resident_pages = 0;
  if (!(file >> virtual_pages >> resident_pages)) return 0;
  return resident_pages * sysconf(_SC_PAGESIZE);
}

int ServerProcess::Stop() {
  kill(pid_, SIGTERM);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return ExitStatus(status);
}

std::optional<int> ServerProcess::Ended() {
  int status = 0;
  if (pid_ <= 0 || waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  pid_ = -1;
  return ExitStatus(status);
}

}  // namespace gradd::soak
