#include "server/security/file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "core/base/status.h"

namespace gradd::server {

absl::StatusOr<std::string> ReadSmallFile(const std::string& path) {
  constexpr size_t kLargest = 1 << 20;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return FailedPrecondition("FILE", "Cannot read ", path, ": ", std::strerror(errno));
  }
  std::string content(kLargest + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<size_t>(file.gcount()));
  if (file.bad()) return FailedPrecondition("FILE", "Cannot read ", path);
  if (content.size() > kLargest) {
    return FailedPrecondition("FILE", path, " is larger than ", kLargest, " bytes");
  }
  return content;
}

}  // namespace gradd::server
