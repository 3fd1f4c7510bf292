// Wishes to stop commands that run, wait or have not come yet.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"

#include "core/base/cancellation.h"
#include "core/base/mutex.h"

namespace gradd::server {

// One per session. The strand says what runs; any thread may wish it to stop.
class CommandCancels {
 public:
  // A command of the session, as one number.
  enum class Name : uint64_t { kNone = 0 };
  static Name Numbered(uint32_t attachment, uint64_t sequence) {
    return Name{uint64_t{attachment} << 40 | (sequence & kSequenceMask)};
  }
  // For a command that has no number.
  Name NextTicket() { return Numbered(0, tickets_.fetch_add(1, std::memory_order_relaxed) + 1); }

  // Stops the command now, or as soon as it begins. RESOURCE_EXHAUSTED when too many wait.
  absl::Status Cancel(Name command);
  // Stops it if it runs, for having taken too long.
  void CancelSlow(Name command);
  // Stops everything, now and from now on.
  void CancelAll();
  // What runs just now.
  Name running() const { return running_.load(std::memory_order_relaxed); }

  // On the strand: the command begins. The result says when to stop, until End.
  const Cancellation& Begin(Name command) {
    running_.store(command);
    if (wishes_.load()) HearWishes(command);
    return *cancellation_;
  }
  void End() { running_.store(Name::kNone, std::memory_order_relaxed); }
  // Wishes for commands of an attachment up to this one are of no use any more.
  void ForgetUpTo(uint32_t attachment, uint64_t sequence);
  void Forget(Name command);

 private:
  static constexpr uint64_t kSequenceMask = (uint64_t{1} << 40) - 1;

  void HearWishes(Name command);

  // The strand announces a command and then looks for wishes; who has a wish announces it and then
  // looks what runs. In their one total order at least one sees the other, and the mutex is needed
  // only then.
  std::atomic<Name> running_{Name::kNone};
  std::atomic<bool> wishes_{false};
  std::atomic<uint64_t> tickets_{0};

  Mutex mutex_;
  absl::flat_hash_set<uint64_t> wished_ ABSL_GUARDED_BY(mutex_);
  bool all_ ABSL_GUARDED_BY(mutex_) = false;
  // Cancelled under the mutex; replaced under it, on the strand, between commands.
  std::optional<Cancellation> cancellation_{std::in_place};
};

}  // namespace gradd::server
