#include "tests/cuda_emulation/fiber.h"

#include <sys/mman.h>
#include <ucontext.h>

#include "tests/cuda_emulation/report.h"

namespace gradd::cuda_emulation {
namespace {

constexpr size_t kPage = 4096;

Fiber* g_current = nullptr;

}  // namespace

const uintptr_t Fiber::g_stacks = reinterpret_cast<uintptr_t>(Reserve(kMost * kStackBytes));

char* Fiber::NextStack() {
  static size_t used = 0;
  if (used == Fiber::kMost) Fail("more threads of a block wait than there are stacks");
  char* const stack = reinterpret_cast<char*>(g_stacks) + kStackBytes * used++;
  if (mprotect(stack, kPage, PROT_NONE) != 0) Fail("a stack cannot be guarded");
  return stack;
}

Fiber::Fiber(void (*body)()) : body_(body), stack_(NextStack()) {}

void Fiber::Begin() {
  has_begun_ = true;
  ucontext_t context;
  getcontext(&context);
  context.uc_stack.ss_sp = stack_ + kPage;
  context.uc_stack.ss_size = kStackBytes - kPage;
  context.uc_link = nullptr;
  makecontext(&context, body_, 0);
  setcontext(&context);
}

void Fiber::Resume() {
  g_current = this;
  if (_setjmp(resumer_) != 0) return;
  if (!has_begun_) Begin();
  _longjmp(self_, 1);
}

void Fiber::Suspend() {
  if (_setjmp(g_current->self_) == 0) _longjmp(g_current->resumer_, 1);
}

Fiber* Fiber::Current() { return g_current; }

}  // namespace gradd::cuda_emulation
