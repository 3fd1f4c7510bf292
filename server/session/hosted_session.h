// A session among others: its strand, its attachments, and the leases of both.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

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
#include "server/session/lease.h"
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
  absl::Duration lease() const { return lease_->duration(); }
  absl::Duration lease_left() const { return lease_->left(); }
  // A sign of life.
  void Renew() { lease_->Renew(); }
  // A sign of life of an attachment, which has a lease as long as the session's. False when there
  // is no such attachment.
  bool RenewAttachment(uint32_t attachment);
  // While one of these exists neither the session's lease runs nor that of the attachment, if it
  // names one.
  class Hold {
   public:
    explicit Hold(RefPtr<HostedSession> session, uint32_t attachment = 0);
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    const RefPtr<HostedSession> session_;
    const RefPtr<Lease> attachment_;  // may be null
  };
  // Sees to it that attachments whose lease has run out are detached.
  void ReapAttachments();

  Strand& strand() { return *strand_; }
  CommandCancels& cancels() { return cancels_; }
  BlobStore& blobs() { return session_->blobs(); }
  // Room for an upload of `size` bytes, which ends with the attachment.
  absl::StatusOr<uint64_t> CreateBlob(uint32_t attachment, int64_t size);
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
  // Whoever asks shows that the attachment lives.
  absl::StatusOr<Attachment*> FindAttachment(uint32_t attachment);

  // Applies a command that Attachment::Admit let through and keeps its answer, which is returned as
  // an `ExecuteResponse.results` field; empty: the command came to OK and has no answer.
  absl::Cord ApplyNumbered(uint32_t number, Attachment& attachment, const v1::Command& command,
                           v1::Result* result);
  // Applies a command without a number of its own.
  void ApplyUnnumbered(CommandCancels::Name ticket, uint32_t attachment, const v1::Command& command,
                       v1::Result* result);

 private:
  struct Attached {
    std::unique_ptr<Attachment> attachment;
    RefPtr<Lease> lease;
  };

  RefPtr<Lease> FindLease(uint32_t attachment) const;
  void DetachOver(const std::vector<uint32_t>& attachments);
  void Apply(CommandCancels::Name name, uint32_t attachment, const v1::Command& command,
             v1::Result* result);

  const std::string id_;
  Clock& clock_;
  const RefPtr<Lease> lease_;
  const RefPtr<Strand> strand_;
  std::unique_ptr<Session> session_;
  CommandCancels cancels_;
  CommandObserver* const observer_;
  std::atomic<int> attachment_count_{0};
  std::atomic<bool> ended_{false};
  std::atomic<bool> reaping_{false};  // DetachOver is posted
  // Used on the strand.
  absl::flat_hash_map<uint32_t, Attached> attachments_;
  // The same leases, for other threads.
  mutable Mutex mutex_;
  absl::flat_hash_map<uint32_t, RefPtr<Lease>> leases_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace gradd::server
