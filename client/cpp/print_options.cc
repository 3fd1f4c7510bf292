#include "client/cpp/print_options.h"

#include "client/cpp/failure.h"
#include "core/base/mutex.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace {

struct SharedOptions {
  Mutex mutex;
  PrintOptions options ABSL_GUARDED_BY(mutex);
};

SharedOptions& Shared() {
  static auto* const shared = new SharedOptions;  // threads may print while the program ends
  return *shared;
}

}  // namespace

PrintOptions get_printoptions() {
  SharedOptions& shared = Shared();
  MutexLock lock(shared.mutex);
  return shared.options;
}

void set_printoptions(const PrintOptions& options, SourceLine source) {
  if (options.precision < 0 || options.threshold < 0 || options.edgeitems < 0 ||
      options.linewidth < 0) {
    Throw(InvalidArgument("PRINT_OPTIONS", "print options must not be negative"),
          "set_printoptions", source);
  }
  SharedOptions& shared = Shared();
  MutexLock lock(shared.mutex);
  shared.options = options;
}

}  // namespace client
}  // namespace gradd
