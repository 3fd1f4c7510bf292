// What the handles of one attachment stand for: a value, an optimizer, or the error that prevented
// it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"

#include "core/ops/value.h"
#include "core/optim/optimizer.h"
#include "server/session/cause.h"
#include "server/session/reservation.h"

namespace gradd::server {

// Handles are numbers that the client chose, looked up and never trusted: attachment << 40 | 1 and
// up.
class HandleTable {
 public:
  static constexpr int kAttachmentShift = 40;

  // `count` is the session's number of tensors and optimizers, kept up to date.
  HandleTable(uint32_t attachment, std::atomic<int64_t>& count, int64_t limit)
      : attachment_(attachment), count_(count), limit_(limit) {}
  ~HandleTable() { count_.fetch_sub(static_cast<int64_t>(entries_.size())); }
  HandleTable(const HandleTable&) = delete;
  HandleTable& operator=(const HandleTable&) = delete;

  struct HeldOptimizer {
    std::unique_ptr<Optimizer> optimizer;
    Reservation memory;  // of what it knows of its parameters
  };
  // One of them.
  struct Entry {
    Value value;
    CausePtr error;
    std::unique_ptr<HeldOptimizer> optimizer;
  };

  // Null when nothing is defined there.
  const Entry* Find(uint64_t handle) const;
  // Whether `handle` may be defined now: it is the attachment's, free, and there is room.
  absl::Status CheckFree(uint64_t handle) const;
  // REQUIRES: CheckFree(handle) is OK.
  void Define(uint64_t handle, Value value);
  void Define(uint64_t handle, HeldOptimizer optimizer);
  // Where the handle is free; else the value that is there stays.
  void DefineError(uint64_t handle, const CausePtr& error);
  void Release(uint64_t handle);

  // In ascending order of handles.
  void ForEach(const std::function<void(uint64_t, const Entry&)>& visit) const;

 private:
  const uint32_t attachment_;
  std::atomic<int64_t>& count_;
  const int64_t limit_;
  absl::flat_hash_map<uint64_t, Entry> entries_;
};

// The one text for handles that are 0, released, never defined or somebody else's.
absl::Status HandleNotFound(uint64_t handle);

}  // namespace gradd::server
