// One client's place in a session: its numbered commands and what is kept for a retry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"

#include "core/base/ref.h"
#include "core/device/memory_budget.h"
#include "server/session/reservation.h"

namespace gradd::server {

// Sees to it that every command is applied once and in order, whatever is sent again.
//
// Commands count from 1. Of each that the client has not acknowledged a fingerprint of its bytes is
// kept, and its answer if it has one. Used on the session's strand.
class Attachment {
 public:
  struct Limits {
    size_t commands;       // kept fingerprints
    int64_t answer_bytes;  // kept answers
    int64_t free_bytes;    // of them, those that count in no budget
  };
  // Kept answers are reserved in `budget`.
  Attachment(Limits limits, RefPtr<MemoryBudget> budget)
      : limits_(limits), budget_(std::move(budget)) {}

  struct Verdict {
    bool apply;         // it is the next one: apply it, then call Applied
    absl::Cord answer;  // else what it came to the first time; empty: nothing worth an answer
  };
  // What to do with command `sequence` of these bytes. FAILED_PRECONDITION for a gap or an answer
  // no longer kept; INVALID_ARGUMENT when the number was used for other bytes.
  absl::StatusOr<Verdict> Admit(uint64_t sequence, absl::string_view payload);
  // The command that Admit let through has been applied.
  void Applied(absl::Cord answer);

  // Answers up to `sequence` have arrived and are dropped.
  void Acknowledge(uint64_t sequence);
  // True when no more can be kept, so that a client which can acknowledge has to.
  bool full() const {
    return fingerprints_.size() - first_ >= limits_.commands ||
           answer_bytes_ >= limits_.answer_bytes || unreserved_ > 0;
  }
  // Drops what is oldest until there is room for one more command.
  void MakeRoom();

  // The number of the last applied command.
  uint64_t applied() const { return applied_; }
  int64_t answer_bytes() const { return answer_bytes_; }
  // The kept answers in order.
  void ForEachKept(
      absl::FunctionRef<void(uint64_t sequence, const absl::Cord& answer)> visit) const;

  // False when a stream of a later attempt to open one has come before; 0 is never late.
  bool AdmitAttempt(uint64_t attempt);
  // Makes a stream the attachment's current one and closes the one before it. `close` is called at
  // most once, when this stream is not the current one any more.
  uint64_t OpenStream(absl::AnyInvocable<void(absl::Status)> close);
  bool IsCurrent(uint64_t stream) const { return stream == stream_; }
  // The stream ended by itself.
  void StreamEnded(uint64_t stream);
  void CloseStream(absl::Status status);
  bool has_stream() const { return close_ != nullptr; }

 private:
  struct Kept {
    uint64_t sequence;
    absl::Cord answer;
    Reservation memory;
    bool unreserved = false;
  };

  const Limits limits_;
  const RefPtr<MemoryBudget> budget_;
  uint64_t applied_ = 0;
  uint64_t dropped_ = 0;  // nothing is kept of commands up to this number
  uint64_t pending_fingerprint_ = 0;
  // Of commands dropped_ + 1 … applied_, from index first_ on.
  std::vector<uint64_t> fingerprints_;
  size_t first_ = 0;
  std::vector<Kept> kept_;  // ascending; those up to dropped_ are gone
  int64_t answer_bytes_ = 0;
  // Answers that found no room in the budget. A command that was applied has its answer all the
  // same, but no further one is applied before the client has acknowledged these.
  int64_t unreserved_ = 0;
  uint64_t stream_ = 0;
  uint64_t last_attempt_ = 0;
  absl::AnyInvocable<void(absl::Status)> close_;
};

}  // namespace gradd::server
