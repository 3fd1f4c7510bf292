// A session among others: its strand, its attachments and its lease.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/base/ref.h"
#include "server/session/attachment.h"
#include "server/session/command_cancels.h"
#include "server/session/command_observer.h"
#include "server/session/session.h"
#include "server/session/strand.h"

namespace gradd::server {

// Counted: calls hold it while they use it. Whoever drops the last reference, the session itself is
// destroyed on its strand.
class HostedSession final : public RefCounted {
 public:
  // `session` was created on `strand`. `observer` may be null, else it outlives the session.
  HostedSession(std::string id, absl::Duration lease, Clock& clock, RefPtr<Strand> strand,
                std::unique_ptr<Session> session, CommandObserver* observer);
  ~HostedSession() override;

  // --- Any thread ---

  const std::string& id() const { return id_; }
  absl::Duration lease() const { return lease_; }
  absl::Duration lease_left() const;
  // A sign of life.
  void Renew();
  // While one of these exists the lease does not run.
  class Hold {
   public:
    explicit Hold(RefPtr<HostedSession> session);
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    const RefPtr<HostedSession> session_;
  };

  Strand& strand() { return *strand_; }
  CommandCancels& cancels() { return cancels_; }
  BlobStore& blobs() { return session_->blobs(); }
  const SessionStats& stats() const { return session_->stats(); }
  int64_t bytes() const { return session_->budget().used(); }
  int attachment_count() const { return attachment_count_.load(std::memory_order_relaxed); }
  const SessionOptions& options() const { return session_->options(); }
  // True when the session was deleted or its lease has run out.
  bool ended() const { return ended_.load(std::memory_order_acquire); }
  // Ends it: what runs and waits is cancelled, streams are closed.
  void End();

  // --- On the strand ---

  absl::StatusOr<uint32_t> Attach();
  absl::Status Detach(uint32_t attachment);
  absl::StatusOr<Attachment*> FindAttachment(uint32_t attachment);

  // Applies a command that Attachment::Admit let through and keeps its answer, which is returned as
  // an `ExecuteResponse.results` field; empty: the command came to OK and has no answer.
  absl::Cord ApplyNumbered(uint32_t number, Attachment& attachment, const v1::Command& command,
                           v1::Result* result);
  // Applies a command without a number of its own.
  void ApplyUnnumbered(CommandCancels::Name ticket, uint32_t attachment, const v1::Command& command,
                       v1::Result* result);

 private:
  void Apply(CommandCancels::Name name, uint32_t attachment, const v1::Command& command,
             v1::Result* result);

  const std::string id_;
  const absl::Duration lease_;
  Clock& clock_;
  const RefPtr<Strand> strand_;
  std::unique_ptr<Session> session_;
  CommandCancels cancels_;
  CommandObserver* const observer_;
  std::atomic<int64_t> renewed_at_;  // nanoseconds of clock_
  std::atomic<int> holds_{0};
  std::atomic<int> attachment_count_{0};
  std::atomic<bool> ended_{false};
  // Used on the strand.
  absl::flat_hash_map<uint32_t, std::unique_ptr<Attachment>> attachments_;
};

}  // namespace gradd::server
