// Device memory, counted against a budget, shared copy-on-write.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"

#include "core/base/integer_range.h"
#include "core/base/ref.h"
#include "core/device/device.h"
#include "core/device/memory_budget.h"

namespace gradd {

// Where a session's buffers on one device come from.
class BufferPool final : public RefCounted {
 public:
  BufferPool(Device& device, RefPtr<Stream> stream, RefPtr<MemoryBudget> budget)
      : device_(device), stream_(std::move(stream)), budget_(std::move(budget)) {}

  Device& device() const { return device_; }
  Stream& stream() const { return *stream_; }
  MemoryBudget& budget() const { return *budget_; }

 private:
  Device& device_;
  const RefPtr<Stream> stream_;
  const RefPtr<MemoryBudget> budget_;
};

// The bytes that one or more storage cells hold. Whoever writes must be its only holder; a tape, a
// reply or a transfer that wants the bytes to stay as they are holds a reference.
class Buffer final : public RefCounted {
 public:
  // Uninitialised memory, perhaps with bytes of another session (Device::Allocate). Reserves the
  // bytes before it allocates them.
  static absl::StatusOr<RefPtr<Buffer>> Allocate(const RefPtr<BufferPool>& pool, int64_t bytes);
  ~Buffer() override;

  void* data() const { return data_; }
  int64_t size() const { return size_; }
  BufferPool& pool() const { return *pool_; }

  // What is known of the integers that the bytes are, so that nobody has to wait for a device to
  // see whether they are good indices. Null: nothing. Whoever writes the bytes sets it again.
  const IntegerRange* integer_range() const { return integer_range_.get(); }
  void set_integer_range(const IntegerRange& range) {
    integer_range_ = std::make_unique<const IntegerRange>(range);
  }
  void ForgetIntegerRange() { integer_range_ = nullptr; }

 private:
  Buffer(const RefPtr<BufferPool>& pool, void* data, int64_t size)
      : pool_(pool), data_(data), size_(size) {}

  const RefPtr<BufferPool> pool_;
  void* const data_;  // null when size_ is 0
  const int64_t size_;
  std::unique_ptr<const IntegerRange> integer_range_;
};

}  // namespace gradd
