#include "tests/cuda_emulation/access.h"

#include <link.h>

#include <atomic>
#include <cstdint>

#include "tests/cuda_emulation/block.h"
#include "tests/cuda_emulation/device.h"
#include "tests/cuda_emulation/fiber.h"
#include "tests/cuda_emulation/memory.h"
#include "tests/cuda_emulation/report.h"

namespace gradd::cuda_emulation {
namespace {

// A loaded library.
struct Range {
  std::atomic<uintptr_t> begin{0}, end{0};

  bool Has(uintptr_t address) const { return address - begin < end - begin; }

  void Find(const void* part) {
    begin = reinterpret_cast<uintptr_t>(part);
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* data) {
          auto& range = *static_cast<Range*>(data);
          uintptr_t first = UINTPTR_MAX, last = 0;
          for (int i = 0; i < info->dlpi_phnum; ++i) {
            if (info->dlpi_phdr[i].p_type != PT_LOAD) continue;
            const uintptr_t at = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
            if (at < first) first = at;
            if (at + info->dlpi_phdr[i].p_memsz > last) last = at + info->dlpi_phdr[i].p_memsz;
          }
          if (range.begin < first || range.begin >= last) return 0;
          range.begin = first;
          range.end = last;
          return 1;
        },
        this);
  }
};

Range g_module, g_emulation;

[[noreturn]] void FailAccess(uintptr_t address, size_t bytes, const char* does, const char* why) {
  Fail("a kernel %s %zu bytes at %#zx: %s", does, bytes, static_cast<size_t>(address), why);
}

void CheckInKernel(uintptr_t address, size_t bytes, const char* does) {
  const auto* const memory = reinterpret_cast<const void*>(address);
  if (Fiber::IsOnStack(memory)) return;
  const int device = DeviceOf(memory);
  if (device >= 0) {
    const bool is_granule = address % kGranule + bytes <= kGranule;
    if (!(is_granule ? IsUsableGranule(memory, bytes) : IsUsable(memory, bytes))) {
      FailAccess(address, bytes, does, "beyond a block or after it was freed");
    }
    if (!HasAccess(RunningDevice(), device)) FailAccess(address, bytes, does, "another device's");
    if (bytes <= 16 && address % bytes != 0) FailAccess(address, bytes, does, "misaligned");
    return;
  }
  if (g_module.Has(address) || g_emulation.Has(address)) return;
  FailAccess(address, bytes, does, "the host's memory");
}

void Check(uintptr_t address, size_t bytes, const char* does) {
  if (Fiber::IsOnStack(__builtin_frame_address(0))) {
    CheckInKernel(address, bytes, does);
  } else if (DeviceOf(reinterpret_cast<const void*>(address)) >= 0) {
    Fail("the host %s a device's memory at %#zx", does, static_cast<size_t>(address));
  }
}

}  // namespace

void AllowModule(const void* kernel) {
  if (g_module.Has(reinterpret_cast<uintptr_t>(kernel))) return;
  g_module.Find(kernel);
  g_emulation.Find(&g_emulation);
}

}  // namespace gradd::cuda_emulation

// What the compiler calls.
extern "C" {
#define GRADD_CHECKED_SIZE(bytes)                           \
  void __asan_load##bytes##_noabort(uintptr_t address) {    \
    gradd::cuda_emulation::Check(address, bytes, "reads");  \
  }                                                         \
  void __asan_store##bytes##_noabort(uintptr_t address) {   \
    gradd::cuda_emulation::Check(address, bytes, "writes"); \
  }
GRADD_CHECKED_SIZE(1)
GRADD_CHECKED_SIZE(2)
GRADD_CHECKED_SIZE(4)
GRADD_CHECKED_SIZE(8)
GRADD_CHECKED_SIZE(16)
void __asan_loadN_noabort(uintptr_t address, size_t bytes) {
  gradd::cuda_emulation::Check(address, bytes, "reads");
}
void __asan_storeN_noabort(uintptr_t address, size_t bytes) {
  gradd::cuda_emulation::Check(address, bytes, "writes");
}
void __asan_handle_no_return() {}
void __asan_before_dynamic_init(const void*) {}
void __asan_after_dynamic_init() {}
}
