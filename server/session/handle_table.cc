#include "server/session/handle_table.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/status.h"

namespace gradd::server {

absl::Status HandleNotFound(uint64_t handle) {
  return NotFound("HANDLE_NOT_FOUND", "no tensor has the handle ", handle);
}

const HandleTable::Entry* HandleTable::Find(uint64_t handle) const {
  const auto found = entries_.find(handle);
  return found == entries_.end() ? nullptr : &found->second;
}

absl::Status HandleTable::CheckFree(uint64_t handle) const {
  if (handle >> kAttachmentShift != attachment_ ||
      (handle & ((uint64_t{1} << kAttachmentShift) - 1)) == 0) {
    return InvalidArgument("HANDLE_NOT_OWN", "the handle ", handle,
                           " is not one of this attachment's: they are ", attachment_, " << ",
                           kAttachmentShift, " | 1 and up");
  }
  if (entries_.contains(handle)) {
    return InvalidArgument("HANDLE_IN_USE", "the handle ", handle, " is in use already");
  }
  if (count_.load(std::memory_order_relaxed) >= limit_) {
    return ResourceExhausted("QUOTA_TENSORS", "the session has ", limit_,
                             " tensors, which is as many as it may have");
  }
  return absl::OkStatus();
}

void HandleTable::Define(uint64_t handle, Value value) {
  entries_.emplace(handle, Entry{std::move(value), nullptr, nullptr});
  count_.fetch_add(1, std::memory_order_relaxed);
}

void HandleTable::Define(uint64_t handle, HeldOptimizer optimizer) {
  auto held = std::make_unique<HeldOptimizer>(std::move(optimizer));
  entries_.emplace(handle, Entry{nullptr, nullptr, std::move(held)});
  count_.fetch_add(1, std::memory_order_relaxed);
}

void HandleTable::DefineError(uint64_t handle, const CausePtr& error) {
  if (!CheckFree(handle).ok()) return;
  entries_.emplace(handle, Entry{nullptr, error, nullptr});
  count_.fetch_add(1, std::memory_order_relaxed);
}

void HandleTable::Release(uint64_t handle) {
  if (entries_.erase(handle) != 0) count_.fetch_sub(1, std::memory_order_relaxed);
}

void HandleTable::ForEach(const std::function<void(uint64_t, const Entry&)>& visit) const {
  std::vector<uint64_t> handles;
  for (const auto& [handle, entry] : entries_) handles.push_back(handle);
  std::sort(handles.begin(), handles.end());
  for (const uint64_t handle : handles) visit(handle, entries_.at(handle));
}

}  // namespace gradd::server
