#include "server/session/hosted_session.h"

#include <algorithm>
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
      lease_(lease),
      clock_(clock),
      strand_(std::move(strand)),
      session_(std::move(session)),
      observer_(observer),
      renewed_at_(absl::ToUnixNanos(clock.Now())) {}

HostedSession::~HostedSession() {
  strand_->Post([session = std::move(session_)]() mutable { session.reset(); });
}

void HostedSession::Renew() {
  renewed_at_.store(absl::ToUnixNanos(clock_.Now()), std::memory_order_relaxed);
}

absl::Duration HostedSession::lease_left() const {
  if (holds_.load() > 0) return lease_;
  const absl::Time renewed = absl::FromUnixNanos(renewed_at_.load(std::memory_order_relaxed));
  return std::max(absl::ZeroDuration(), renewed + lease_ - clock_.Now());
}

HostedSession::Hold::Hold(RefPtr<HostedSession> session) : session_(std::move(session)) {
  session_->holds_.fetch_add(1);
}

HostedSession::Hold::~Hold() {
  session_->Renew();
  session_->holds_.fetch_sub(1);
}

void HostedSession::End() {
  if (ended_.exchange(true)) return;
  cancels_.CancelAll();
  strand_->Post([self = RefPtr<HostedSession>(this)] {
    for (auto& [number, attachment] : self->attachments_) {
      attachment->CloseStream(errors::SessionEnded());
    }
    self->attachments_.clear();
    self->attachment_count_ = 0;
  });
}

absl::StatusOr<uint32_t> HostedSession::Attach() {
  if (ended()) return errors::SessionEnded();
  if (attachments_.size() >= limits::kAttachments) {
    return errors::TooManyAttachments(limits::kAttachments);
  }
  const uint32_t number = session_->Attach();
  attachments_[number] = std::make_unique<Attachment>(
      Attachment::Limits{limits::kUnacknowledgedCommands, limits::kKeptAnswerBytes});
  attachment_count_.fetch_add(1, std::memory_order_relaxed);
  return number;
}

absl::Status HostedSession::Detach(uint32_t attachment) {
  GRADD_ASSIGN_OR_RETURN(Attachment* const found, FindAttachment(attachment));
  found->CloseStream(errors::AttachmentNotFound(attachment));
  attachments_.erase(attachment);
  attachment_count_.fetch_sub(1, std::memory_order_relaxed);
  session_->Detach(attachment);
  return absl::OkStatus();
}

absl::StatusOr<Attachment*> HostedSession::FindAttachment(uint32_t attachment) {
  if (ended()) return errors::SessionEnded();
  const auto found = attachments_.find(attachment);
  if (found == attachments_.end()) return errors::AttachmentNotFound(attachment);
  return found->second.get();
}

absl::Cord HostedSession::ApplyNumbered(uint32_t number, Attachment& attachment,
                                        const v1::Command& command, v1::Result* result) {
  Apply(CommandCancels::Numbered(number, command.sequence()), number, command, result);
  absl::Cord answer = EncodeAnswer(result);
  attachment.Applied(answer);
  return answer;
}

void HostedSession::ApplyUnnumbered(CommandCancels::Name ticket, uint32_t attachment,
                                    const v1::Command& command, v1::Result* result) {
  Apply(ticket, attachment, command, result);
}

void HostedSession::Apply(CommandCancels::Name name, uint32_t attachment,
                          const v1::Command& command, v1::Result* result) {
  const uint64_t start = ReadTicks();
  session_->Apply(attachment, command, cancels_.Begin(name), result);
  if (cancels_.End()) SayTooSlow(result);
  if (observer_ != nullptr) observer_->OnCommand(command.command_case(), start, ReadTicks());
}

}  // namespace gradd::server
