// What a client wants of its server: commands in order, kept until they are applied.
//
// The log numbers commands, packs op calls of one lane into one Forward, and keeps the bytes of
// each command until the server has applied it and its answer has arrived, so that a new stream
// can resend them. It does no I/O; ExecuteStream carries its bytes and brings the answers back.
// Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "core/base/mutex.h"
#include "gradd/v1/gradient_service.pb.h"

namespace gradd {
inline namespace client {

// What came of a command that somebody waits for. `result` is set by the time the command is done,
// if the server sends one for it.
struct Answer {
  std::optional<v1::Result> result;
};

class CommandLog {
 public:
  struct Bounds {
    // A Forward is closed when it has so many calls or bytes.
    size_t calls_in_forward = 256;
    size_t forward_bytes = 64 << 10;
    // Unsent bytes of which a message is worth its cost; about 128 calls.
    size_t send_bytes = 4 << 10;
    // Unapplied commands beyond which appending says kFull.
    size_t window_commands = 1024;
    size_t window_bytes = 16 << 20;
    size_t releases_in_command = 1024;
  };
  CommandLog() : CommandLog(Bounds()) {}
  explicit CommandLog(Bounds bounds) : bounds_(bounds), next_advice_(bounds.send_bytes) {}

  // Whose command it is.
  struct Issuer {
    uint32_t lane;
    uint32_t epoch;
  };

  // What the caller of an append ought to do next; bits.
  enum Advice : unsigned {
    kNothing = 0,
    kSend = 1,   // enough has gathered for a message
    kWake = 2,   // the sender was told by Rest() that nothing is left; tell it otherwise
    kFull = 4,   // wait until HasRoom()
    kFailed = 8  // the connection is lost for good: see failure()
  };

  // Adds a call (codec::AppendOpCall) to the issuer's Forward.
  unsigned AppendCall(Issuer issuer, absl::string_view call);
  // Adds a call as the last of its Forward and sets `sequence` to the number of that. `answer`
  // may be null; else it stays until the command is done or forgotten.
  unsigned AppendCall(Issuer issuer, absl::string_view call, Answer* answer, uint64_t* sequence);
  // Adds any other command.
  unsigned Append(Issuer issuer, v1::Command& command, Answer* answer, uint64_t* sequence);
  // Adds a handle to the next Release, which comes after every command appended before.
  unsigned Release(uint64_t handle);
  // Sends a definition ahead of everything that is appended after this call.
  void Define(uint32_t id, absl::string_view text, uint64_t op_hash);

  // True when the command has been applied and its answer has come, or nothing more will come.
  bool Done(uint64_t sequence) const;
  // No answer is awaited any more (its waiter gave up).
  void Forget(uint64_t sequence);
  // The number of the last command, closing what is open.
  uint64_t LastSequence();
  bool HasRoom() const;
  // Not OK: the connection is lost for good.
  absl::Status failure() const;

  // For the sender:
  using Bytes = std::shared_ptr<const std::string>;
  // Takes unsent commands in order, whole ones up to about `max_bytes`, but at least one if there
  // are any. They concatenate to a gradd.v1.ExecuteRequest. True when more is left.
  bool Take(size_t max_bytes, std::vector<Bytes>* commands);
  bool HasUnsent() const;
  // Nothing is unsent or unapplied.
  bool Idle() const;
  // As Idle; if so, the next append says kWake.
  bool Rest();
  // A new stream, whose server has applied everything up to `applied`: the rest is unsent again,
  // and so is what was applied but whose answer was lost with the old stream.
  void Reopen(uint64_t applied);
  void OnResponse(v1::ExecuteResponse& response);
  // The connection is lost for good: everything is done.
  void Fail(absl::Status status);
  // Everything up to this number has been applied and its answers have come.
  uint64_t applied() const;

 private:
  unsigned Advise() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CloseForward() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CloseDefinitions() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CloseReleases() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Push(std::string bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PushCall(Issuer issuer, absl::string_view call) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  uint64_t last_sequence() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return applied_ + window_.size();
  }

  const Bounds bounds_;
  mutable Mutex mutex_;

  // Open: not yet numbered. Definitions go before the Forward, releases after it.
  v1::Command definitions_ ABSL_GUARDED_BY(mutex_);
  Issuer forward_issuer_ ABSL_GUARDED_BY(mutex_) = {0, 0};
  std::string forward_ ABSL_GUARDED_BY(mutex_);
  size_t forward_calls_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<uint64_t> releases_ ABSL_GUARDED_BY(mutex_);

  bool idle() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return window_.empty() && forward_calls_ == 0 && releases_.empty();
  }
  void DropApplied(uint64_t applied) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Numbered applied_ + 1 and up; of these the first sent_ were handed to the stream.
  std::deque<Bytes> window_ ABSL_GUARDED_BY(mutex_);
  size_t window_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t applied_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t sent_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t unsent_bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // of the others
  size_t next_advice_ ABSL_GUARDED_BY(mutex_);       // unsent bytes at which to say kSend
  bool resting_ ABSL_GUARDED_BY(mutex_) = true;

  struct Waiter {
    Answer* answer;
    bool answered = false;
  };
  std::unordered_map<uint64_t, Waiter> waiters_ ABSL_GUARDED_BY(mutex_);
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace client
}  // namespace gradd
