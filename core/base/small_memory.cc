#include "core/base/small_memory.h"

#include <array>
#include <cstdint>
#include <new>

namespace gradd {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

// The sanitizers are to see each object's life.
void* AllocateSmall(size_t bytes) noexcept { return ::operator new(bytes, std::nothrow); }
void FreeSmall(void* memory, size_t /*bytes*/) noexcept { ::operator delete(memory); }

#else

namespace {

constexpr size_t kUnit = 16;
constexpr uint32_t kKeptBytes = 512 << 10;

struct Free {
  Free* next;
};

// One thread's, by size.
struct Lists {
  struct List {
    Free* first = nullptr;
    uint32_t bytes = 0;
  };
  std::array<List, kMaxSmallBytes / kUnit + 1> lists;

  ~Lists() {
    for (List& list : lists) {
      while (Free* const block = list.first) {
        list.first = block->next;
        ::operator delete(block);
      }
    }
  }
};

// A plain pointer: unlike an object with a destructor it costs no check when it is used.
[[gnu::tls_model("initial-exec")]] thread_local Lists* lists = nullptr;
thread_local bool thread_ends = false;

// Made by the thread's first call, and destroyed with the thread.
struct Owner {
  Lists own;
  Owner() { lists = &own; }
  ~Owner() {
    lists = nullptr;
    thread_ends = true;
  }
};

[[gnu::noinline]] Lists* MakeLists() {
  if (thread_ends) return nullptr;
  thread_local Owner owner;
  return &owner.own;
}

Lists* ThisThreads() { return lists != nullptr ? lists : MakeLists(); }

// From 1 on, so that every block holds a Free.
size_t ClassOf(size_t bytes) { return bytes == 0 ? 1 : (bytes + kUnit - 1) / kUnit; }

}  // namespace

void* AllocateSmall(size_t bytes) noexcept {
  if (bytes > kMaxSmallBytes) return ::operator new(bytes, std::nothrow);
  const size_t size_class = ClassOf(bytes);
  if (Lists* const own = ThisThreads()) {
    Lists::List& list = own->lists[size_class];
    if (Free* const block = list.first) {
      list.first = block->next;
      list.bytes -= static_cast<uint32_t>(size_class * kUnit);
      return block;
    }
  }
  return ::operator new(size_class* kUnit, std::nothrow);
}

void FreeSmall(void* memory, size_t bytes) noexcept {
  if (memory == nullptr) return;
  const size_t size_class = ClassOf(bytes);
  Lists* const own = bytes <= kMaxSmallBytes ? ThisThreads() : nullptr;
  if (own == nullptr || own->lists[size_class].bytes >= kKeptBytes) {
    ::operator delete(memory);
    return;
  }
  Lists::List& list = own->lists[size_class];
  auto* const block = static_cast<Free*>(memory);
  block->next = list.first;
  list.first = block;
  list.bytes += static_cast<uint32_t>(size_class * kUnit);
}

#endif

}  // namespace gradd
