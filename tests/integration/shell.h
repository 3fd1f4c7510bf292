// Commands of the system, for what the system checks best.
#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <string>

namespace gradd::server {

struct ShellResult {
  int status;  // -1: it was killed
  std::string output;
};

inline ShellResult Shell(const std::string& command) {
  ShellResult result{-1, ""};
  // The tools that script/setup unpacks are found from the build folder, where tests run.
  FILE* const pipe = popen(("PATH=\"$PATH:" GRADD_TOOLS_BIN "\"; " + command).c_str(), "r");
  if (pipe == nullptr) return result;
  char bytes[4096];
  for (size_t size; (size = fread(bytes, 1, sizeof(bytes), pipe)) > 0;) {
    result.output.append(bytes, size);
  }
  const int status = pclose(pipe);
  if (WIFEXITED(status)) result.status = WEXITSTATUS(status);
  return result;
}

}  // namespace gradd::server
