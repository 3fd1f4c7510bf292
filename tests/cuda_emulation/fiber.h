// A stack that code runs on until it gives way, and goes on later.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdint>

namespace gradd::cuda_emulation {

// All stacks lie in one range of addresses, so that an address tells whose code runs. At most
// kMost exist; none is ever freed.
class Fiber {
 public:
  static constexpr size_t kMost = 1100;             // threads of a block, and some
  static constexpr size_t kStackBytes = 128 << 10;  // with the page that guards it

  // `body` must not return.
  explicit Fiber(void (*body)());
  Fiber(const Fiber&) = delete;

  // Runs it until it suspends itself. By one thread at a time.
  void Resume();
  // Called by what a fiber runs.
  static void Suspend();
  static Fiber* Current();

  static bool IsOnStack(const void* address) {
    return reinterpret_cast<uintptr_t>(address) - g_stacks < kMost * kStackBytes;
  }

 private:
  void Begin();
  static char* NextStack();

  static const uintptr_t g_stacks;
  void (*const body_)();
  char* const stack_;
  bool has_begun_ = false;
  // _setjmp and _longjmp go back and forth: unlike swapcontext they make no system call.
  jmp_buf self_, resumer_;
};

}  // namespace gradd::cuda_emulation
