#include "server/session/hosted_session.h"

#include <utility>

#include "core/base/status.h"
#include "server/errors.h"
#include "server/limits.h"
#include "server/session/answer.h"

namespace gradd::server {

HostedSession::HostedSession(std::string id, absl::Duration lease, Clock& clock,
                             RefPtr<Strand> strand, std::unique_ptr<Session> session,
                             CommandObserver* observer)
    : id_(std::move(id)),
      clock_(clock),
      lease_(MakeRef<Lease>(lease, clock)),
      strand_(std::move(strand)),
      session_(std::move(session)),
      observer_(observer) {}

HostedSession::~HostedSession() {
  strand_->Post([session = std::move(session_)]() mutable { session.reset(); });
}

RefPtr<Lease> HostedSession::FindLease(uint32_t attachment) const {
  MutexLock lock(mutex_);
  const auto found = leases_.find(attachment);
  return found == leases_.end() ? nullptr : found->second;
}

bool HostedSession::RenewAttachment(uint32_t attachment) {
  const RefPtr<Lease> lease = FindLease(attachment);
  if (lease) lease->Renew();
  return lease != nullptr;
}

HostedSession::Hold::Hold(RefPtr<HostedSession> session, uint32_t attachment)
    : session_(std::move(session)), attachment_(session_->FindLease(attachment)) {
  session_->lease_->BeginHold();
  if (attachment_) attachment_->BeginHold();
}

HostedSession::Hold::~Hold() {
  if (attachment_) attachment_->EndHold();
  session_->lease_->EndHold();
}

void HostedSession::ReapAttachments() {
  std::vector<uint32_t> over;
  {
    MutexLock lock(mutex_);
    for (const auto& [number, lease] : leases_) {
      if (lease->left() <= absl::ZeroDuration()) over.push_back(number);
    }
  }
  if (over.empty() || reaping_.exchange(true)) return;
  strand_->Post([self = RefPtr<HostedSession>(this), over = std::move(over)] {
    self->reaping_ = false;
    self->DetachOver(over);
  });
}

void HostedSession::DetachOver(const std::vector<uint32_t>& attachments) {
  for (const uint32_t number : attachments) {
    // What stood before this on the strand may have been the attachment's, and a sign of life.
    const RefPtr<Lease> lease = FindLease(number);
    if (lease && lease->left() <= absl::ZeroDuration()) (void)Detach(number);
  }
}

absl::StatusOr<uint64_t> HostedSession::CreateBlob(uint32_t attachment, int64_t size) {
  if (attachment == 0) return errors::AttachmentNeeded();
  if (!RenewAttachment(attachment)) return errors::AttachmentNotFound(attachment);
  GRADD_ASSIGN_OR_RETURN(const uint64_t blob, blobs().Create(size, attachment));
  // Detach takes the lease away before it deletes the blobs: either it sees this one or we see
  // that.
  if (FindLease(attachment)) return blob;
  (void)blobs().Delete(blob);
  return errors::AttachmentNotFound(attachment);
}

void HostedSession::End() {
  if (ended_.exchange(true)) return;
  cancels_.CancelAll();
  strand_->Post([self = RefPtr<HostedSession>(this)] {
    for (auto& [number, attached] : self->attachments_) {
      attached.attachment->CloseStream(errors::SessionEnded());
    }
    self->attachments_.clear();
    self->attachment_count_ = 0;
    MutexLock lock(self->mutex_);
    self->leases_.clear();
  });
}

absl::StatusOr<uint32_t> HostedSession::Attach() {
  if (ended()) return errors::SessionEnded();
  if (attachments_.size() >= limits::kAttachments) {
    return errors::TooManyAttachments(limits::kAttachments);
  }
  const uint32_t number = session_->Attach();
  Attached& attached = attachments_[number];
  attached.attachment = std::make_unique<Attachment>(
      Attachment::Limits{limits::kUnacknowledgedCommands, limits::kKeptAnswerBytes,
                         limits::kFreeAnswerBytes},
      RefPtr<MemoryBudget>(&session_->budget()));
  attached.lease = MakeRef<Lease>(lease_->duration(), clock_);
  attachment_count_.fetch_add(1, std::memory_order_relaxed);
  MutexLock lock(mutex_);
  leases_[number] = attached.lease;
  return number;
}

absl::Status HostedSession::Detach(uint32_t attachment) {
  GRADD_ASSIGN_OR_RETURN(Attachment* const found, FindAttachment(attachment));
  found->CloseStream(errors::AttachmentNotFound(attachment));
  attachments_.erase(attachment);
  attachment_count_.fetch_sub(1, std::memory_order_relaxed);
  {
    MutexLock lock(mutex_);
    leases_.erase(attachment);
  }
  session_->Detach(attachment);
  return absl::OkStatus();
}

absl::StatusOr<Attachment*> HostedSession::FindAttachment(uint32_t attachment) {
  if (ended()) return errors::SessionEnded();
  const auto found = attachments_.find(attachment);
  if (found == attachments_.end()) return errors::AttachmentNotFound(attachment);
  found->second.lease->Renew();
  return found->second.attachment.get();
}

absl::Cord HostedSession::ApplyNumbered(uint32_t number, Attachment& attachment,
                                        const v1::Command& command, v1::Result* result) {
  Apply(CommandCancels::Numbered(number, command.sequence()), number, command, result);
  absl::Cord answer = EncodeAnswer(result);
  attachment.Applied(answer);
  // A stream holds the lease; a unary call may have taken longer than that lasts.
  if (!attachment.has_stream()) RenewAttachment(number);
  return answer;
}

void HostedSession::ApplyUnnumbered(CommandCancels::Name ticket, uint32_t attachment,
                                    const v1::Command& command, v1::Result* result) {
  Apply(ticket, attachment, command, result);
  RenewAttachment(attachment);
}

void HostedSession::Apply(CommandCancels::Name name, uint32_t attachment,
                          const v1::Command& command, v1::Result* result) {
  const uint64_t start = ReadTicks();
  session_->Apply(attachment, command, cancels_.Begin(name), result);
  cancels_.End();
  if (observer_ != nullptr) observer_->OnCommand(command.command_case(), start, ReadTicks());
}

}  // namespace gradd::server
