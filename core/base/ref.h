// Intrusive, counted references. The objects themselves are not made thread-safe by them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "core/base/small_memory.h"

namespace gradd {

// Base of objects that are made and freed as often as ops run.
class SmallObject {
 public:
  static void* operator new(size_t bytes) {
    void* const memory = AllocateSmall(bytes);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
  }
  static void operator delete(void* memory, size_t bytes) { FreeSmall(memory, bytes); }
  // The lists know one alignment.
  static void* operator new(size_t bytes, std::align_val_t alignment) = delete;
};

// Base of objects that threads share: buffers are held by replies that other threads still write,
// and a client's values by whoever computes with them.
class RefCounted : public SmallObject {
 public:
  RefCounted() = default;
  RefCounted(const RefCounted&) = delete;
  RefCounted& operator=(const RefCounted&) = delete;

  void AddRef() const { references_.fetch_add(1, std::memory_order_relaxed); }
  void Release() const {
    // The last owner needs no read-modify-write: nobody else can reach the object any more.
    if (references_.load(std::memory_order_acquire) == 1 ||
        references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      delete this;
    }
  }
  // True when the caller's reference is the only one. Stable only if no other thread can copy it.
  bool IsUnique() const { return references_.load(std::memory_order_acquire) == 1; }

 protected:
  virtual ~RefCounted() = default;

 private:
  mutable std::atomic<uint32_t> references_{0};
};

// Base of objects that only one strand refers to. Counting without a locked instruction is several
// times cheaper, and recording an op counts a dozen times. A class whose chains can be long (graph
// nodes) empties them in its destructor without recursion.
class StrandCounted : public SmallObject {
 public:
  StrandCounted() = default;
  StrandCounted(const StrandCounted&) = delete;
  StrandCounted& operator=(const StrandCounted&) = delete;

  void AddRef() const { ++references_; }
  void Release() const {
    if (--references_ == 0) delete this;
  }
  bool IsUnique() const { return references_ == 1; }

 protected:
  virtual ~StrandCounted() = default;

 private:
  mutable uint32_t references_ = 0;
};

template <class T>
class RefPtr {
 public:
  constexpr RefPtr() = default;
  constexpr RefPtr(std::nullptr_t) {}  // NOLINT(google-explicit-constructor)
  explicit RefPtr(T* object) : object_(object) {
    if (object_ != nullptr) object_->AddRef();
  }
  RefPtr(const RefPtr& other) : RefPtr(other.object_) {}
  RefPtr(RefPtr&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  template <class U>
  requires std::is_convertible_v<U*, T*> RefPtr(const RefPtr<U>& other)
      : RefPtr(other.get()) {}  // NOLINT(google-explicit-constructor)
  template <class U>
  requires std::is_convertible_v<U*, T*> RefPtr(RefPtr<U>&& other)
  noexcept : object_(other.Detach()) {}  // NOLINT
  RefPtr& operator=(RefPtr other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~RefPtr() {
    if (object_ != nullptr) object_->Release();
  }

  T* get() const { return object_; }
  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }
  bool operator==(const RefPtr& other) const { return object_ == other.object_; }
  bool operator==(std::nullptr_t) const { return object_ == nullptr; }

  // Gives the reference up without releasing it.
  T* Detach() { return std::exchange(object_, nullptr); }

 private:
  T* object_ = nullptr;
};

template <class T, class... Args>
RefPtr<T> MakeRef(Args&&... args) {
  return RefPtr<T>(new T(std::forward<Args>(args)...));
}

}  // namespace gradd
