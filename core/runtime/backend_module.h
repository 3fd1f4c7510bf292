// Devices that come in a shared library, so that the server links no GPU's libraries.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/runtime/backend_registry.h"

namespace gradd {

// What a module must have been compiled as to work in this process: our version and the compiler's.
// Modules use core's classes as the program has them.
#define GRADD_BACKEND_ABI "gradd " GRADD_VERSION ", " __VERSION__

// A module exports `extern "C" const gradd::BackendModule* gradd_backend_module()`. It is linked
// without core: its references to core are resolved by the program that loads it.
struct BackendModule {
  const char* abi;  // GRADD_BACKEND_ABI, as the module saw it
  // Adds the module's devices that this machine has; none is not an error, but leaves a note.
  absl::Status (*add)(BackendRegistry& registry);
  // What its devices compute with, known where none of them exists.
  const KernelTable& (*kernels)();
};

// Loads the module for the rest of the process's life and has it add its devices. NOT_FOUND when
// there is no such library or it lacks what it needs, FAILED_PRECONDITION when it is another
// version's or no module.
absl::Status LoadBackendModule(const std::string& path, BackendRegistry& registry);
// The same without the devices.
absl::StatusOr<const BackendModule*> OpenBackendModule(const std::string& path);

}  // namespace gradd
