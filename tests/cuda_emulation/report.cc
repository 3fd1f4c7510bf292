#include "tests/cuda_emulation/report.h"

#include <dlfcn.h>
#include <sys/mman.h>

#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/cuda_emulation/block.h"

namespace gradd::cuda_emulation {

void Fail(const char* format, ...) {
  std::fprintf(stderr, "CUDA emulation: ");
  va_list arguments;
  va_start(arguments, format);
  std::vfprintf(stderr, format, arguments);
  va_end(arguments);
  std::fputc('\n', stderr);
  Dl_info place = {};
  const KernelWork* const kernel = RunningKernel();
  if (kernel != nullptr && dladdr(kernel->kernel, &place) != 0) {
    const auto offset =
        static_cast<const char*>(kernel->kernel) - static_cast<const char*>(place.dli_fbase);
    std::fprintf(stderr,
                 "  while kernel %s runs, thread %u of block %u\n  at %s+0x%zx; launched by %s\n",
                 place.dli_sname != nullptr ? place.dli_sname : "", threadIdx.x, blockIdx.x,
                 place.dli_fname, static_cast<size_t>(offset), kernel->signature);
  }
  std::abort();
}

void* Reserve(size_t bytes) {
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) Fail("no %zu bytes of addresses", bytes);
  return memory;
}

}  // namespace gradd::cuda_emulation
