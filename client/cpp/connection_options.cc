#include "client/cpp/connection_options.h"

#include <cstdlib>

#include "absl/strings/string_view.h"

namespace gradd {
inline namespace client {

ConnectionOptions WithEnvironment(ConnectionOptions options) {
  if (options.target.empty()) {
    const char* const target = std::getenv("GRADD_TARGET");
    options.target = target != nullptr && *target != '\0' ? target : "localhost:50051";
  }
  if (!options.sync.has_value()) {
    const char* const sync = std::getenv("GRADD_SYNC");
    options.sync = sync != nullptr && absl::string_view(sync) == "1";
  }
  return options;
}

}  // namespace client
}  // namespace gradd
