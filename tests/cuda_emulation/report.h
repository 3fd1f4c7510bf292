// What ends the process, and where emulated memory comes from.
#pragma once

#include <cstddef>

namespace gradd::cuda_emulation {

// Says what the code under test did wrong, names the kernel that runs if one does, and aborts.
[[noreturn]] void Fail(const char* format, ...) __attribute__((format(printf, 1, 2)));

// Addresses, with memory behind those that are used.
void* Reserve(size_t bytes);

}  // namespace gradd::cuda_emulation
