// Milliseconds from the start of a program to its first sign of life. Flags: --command, split at
// spaces; --until, what its output says when it is there; --rpc=1: an address follows those words,
// and the sign of life is the first reply from there.

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <sstream>
#include <string>
#include <vector>

#include "bench/bare/bare_stream.h"
#include "bench/rows/rows.h"
#include "gradd/v1/gradient_service.grpc.pb.h"

namespace gradd::bench {
namespace {

// A program whose two outputs are read here. Killed at the end.
class Program {
 public:
  explicit Program(const std::string& command) {
    std::vector<std::string> words;
    std::istringstream text(command);
    for (std::string word; text >> word;) words.push_back(word);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::array<int, 2> ends{};
    Require(pipe2(ends.data(), O_CLOEXEC) == 0, "no pipe");
    pid_ = vfork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      dup2(ends[1], STDERR_FILENO);
      execv(arguments[0], arguments.data());
      _exit(127);
    }
    Require(pid_ > 0, "cannot start " + command);
    close(ends[1]);
    output_ = ends[0];
  }
  ~Program() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    close(output_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // The rest of the line that has `words`.
  std::string ReadUntil(const std::string& words) {
    std::string text;
    std::array<char, 4096> buffer{};
    while (true) {
      const size_t found = text.find(words);
      const size_t end = found == std::string::npos ? found : text.find('\n', found);
      if (end != std::string::npos) {
        return text.substr(found + words.size(), end - found - words.size());
      }
      const ssize_t size = read(output_, buffer.data(), buffer.size());
      Require(size > 0, "the program ended before it said '" + words + "': " + text);
      text.append(buffer.data(), static_cast<size_t>(size));
    }
  }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
};

void FirstReply(const std::string& target) {
  const auto stub = v1::GradientService::NewStub(Connect(target));
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  v1::GetServerResponse response;
  const grpc::Status status = stub->GetServer(&context, v1::GetServerRequest(), &response);
  Require(status.ok(), status.error_message());
}

}  // namespace

Sample ColdStart(const Flags& flags) {
  const std::string command = flags.Text("command", ""), until = flags.Text("until", "");
  const bool rpc = flags.Int("rpc", 0) != 0;
  const auto start = [=] {
    const Stopwatch time;
    Program program(command);
    std::string rest = program.ReadUntil(until);
    if (rpc) FirstReply(rest.substr(0, rest.find(' ')));
    return time.Millis();
  };
  (void)start();  // the files are in memory from now on
  return start;
}

}  // namespace gradd::bench
