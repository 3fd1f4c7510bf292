#include "core/runtime/backend_module.h"

#include <dlfcn.h>

#include "absl/strings/string_view.h"

#include "core/base/status.h"

namespace gradd {

absl::StatusOr<const BackendModule*> OpenBackendModule(const std::string& path) {
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    return NotFound("BACKEND_MODULE_NOT_LOADED", "cannot load the backend module: ", dlerror());
  }
  using Entry = const BackendModule* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(library, "gradd_backend_module"));
  if (entry == nullptr) {
    return FailedPrecondition("BACKEND_MODULE_INVALID", path, " is no backend module of Gradd");
  }
  const BackendModule& module = *entry();
  if (absl::string_view(module.abi) != GRADD_BACKEND_ABI) {
    return FailedPrecondition("BACKEND_MODULE_VERSION", "the backend module ", path,
                              " was built for \"", module.abi, "\"; this is \"", GRADD_BACKEND_ABI,
                              "\"");
  }
  return &module;
}

absl::Status LoadBackendModule(const std::string& path, BackendRegistry& registry) {
  GRADD_ASSIGN_OR_RETURN(const BackendModule* const module, OpenBackendModule(path));
  return module->add(registry);
}

}  // namespace gradd
