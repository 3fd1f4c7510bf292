// The part of a stream that its session's strand sees: commands are applied, answers published.
#include <algorithm>
#include <utility>

#include "core/base/clock.h"
#include "core/base/status.h"
#include "gradd/v1/gradient_service.pb.h"
#include "server/errors.h"
#include "server/limits.h"
#include "server/rpc/execute_stream.h"
#include "server/session/command_size.h"

namespace gradd::server {
namespace {

// Progress alone is worth a message when the client may need it to go on, or after so long.
constexpr uint64_t kProgressCommands = 64;
constexpr int64_t kProgressNanos = 1'000'000;
// Commands are decoded into an arena that starts on the stack and is reset after so many.
constexpr size_t kArenaBytes = 64 << 10;
constexpr size_t kArenaCommands = 16;

// Commands that take no longer than a message of its own would for the answers before them.
bool IsQuick(const v1::Command& command) {
  switch (command.command_case()) {
    case v1::Command::kFetch:
    case v1::Command::kRelease:
    case v1::Command::kDefine:
    case v1::Command::kDescribeGraph:
    case v1::Command::kDescribeTensor:
      return true;
    default:
      return false;
  }
}

}  // namespace

void ExecuteStream::Advance() {
  const absl::StatusOr<Attachment*> found = session_->FindAttachment(attachment_number_);
  if (!found.ok()) {
    Break(found.status());
    return Leave();
  }
  Attachment& attachment = **found;
  if (!joined_) Join(attachment);
  while (!left_) {
    if (!current_) {
      const Next next = NextMessage();
      if (next == Next::kNothing) return;
      if (next == Next::kLeave) return Leave();
    }
    absl::StatusOr<bool> go_on = true;
    const absl::StatusOr<Progress> progress = ApplyMessage(attachment);
    if (!progress.ok()) {
      go_on = progress.status();
    } else if (*progress == Progress::kDone) {
      FinishMessage();
    } else if (*progress == Progress::kYield) {
      Publish(false);
      session_->strand().Post([self = RefPtr<ExecuteStream>(this)] { self->Advance(); });
      return;
    } else if (*progress == Progress::kOutboxFull) {
      go_on = OutboxHasRoom();
    } else {
      Publish(true);
      go_on = AnswersHaveRoom(attachment);
    }
    if (!go_on.ok()) {
      Publish(true);
      Break(go_on.status());
      return Leave();
    }
    if (!*go_on) return;
  }
}

void ExecuteStream::Join(Attachment& attachment) {
  joined_ = true;
  if (!attachment.AdmitAttempt(attempt_)) {
    Break(errors::StreamFenced());
    return Leave();
  }
  attachment.Acknowledge(acknowledged_at_open_);
  stream_ = attachment.OpenStream([self = RefPtr<ExecuteStream>(this)](absl::Status status) {
    self->Break(std::move(status));
    self->Leave();
  });
  applied_ = applied_published_ = applied_at_open_ = attachment.applied();
  published_at_ = MonotonicNanos();
  Action action;
  {
    MutexLock lock(mutex_);
    preface_ = EncodeStreamOpened(applied_);
    attachment.ForEachKept([&](uint64_t sequence, const absl::Cord& answer)
                               ABSL_NO_THREAD_SAFETY_ANALYSIS { outbox_.Add(sequence, answer); });
    progress_ = applied_;
    has_news_ = true;
    action = NextAction();
  }
  Perform(std::move(action));
}

void ExecuteStream::Leave() {
  if (left_) return;
  left_ = true;
  const absl::StatusOr<Attachment*> attachment = session_->FindAttachment(attachment_number_);
  if (attachment.ok()) (*attachment)->StreamEnded(stream_);
  current_.reset();
  view_ = {};
  answers_.clear();
  hold_.reset();
}

ExecuteStream::Next ExecuteStream::NextMessage() {
  Action action;
  bool read = false;
  Next next = Next::kMessage;
  {
    MutexLock lock(mutex_);
    if (final_) {
      next = Next::kLeave;
    } else if (inbox_first_ < inbox_.size()) {
      current_ = std::move(inbox_[inbox_first_++]);
      if (inbox_first_ == inbox_.size()) {
        std::vector<Arrived>().swap(inbox_);
        inbox_first_ = 0;
      }
      read = !reading_ && !reads_done_ && !draining_ && HasRoom();
      reading_ |= read;
    } else if (reads_done_ || broken_ || draining_) {
      final_ = draining_ ? errors::Draining() : absl::OkStatus();
      action = NextAction();
      next = Next::kLeave;
    } else {
      scheduled_ = false;
      next = Next::kNothing;
    }
  }
  if (read) call_->Read();
  Perform(std::move(action));
  return next;
}

absl::Status ExecuteStream::BeginMessage(Attachment& attachment) {
  if (!view_.Parse(current_->message.Flat())) {
    return errors::MalformedMessage("gradd.v1.ExecuteRequest");
  }
  if (view_.open && !std::exchange(opening_message_, false)) return errors::StreamOpenedTwice();
  attachment.Acknowledge(view_.acknowledged);
  return absl::OkStatus();
}

absl::StatusOr<ExecuteStream::Progress> ExecuteStream::ApplyMessage(Attachment& attachment) {
  if (!begun_) GRADD_RETURN_IF_ERROR(BeginMessage(attachment));
  begun_ = true;
  alignas(8) char first_block[kArenaBytes];
  google::protobuf::ArenaOptions options;
  options.initial_block = first_block;
  options.initial_block_size = sizeof(first_block);
  google::protobuf::Arena arena(options);
  for (size_t decoded = 1; next_command_ < view_.commands.size(); ++decoded) {
    if (outbox_full_) return Progress::kOutboxFull;
    GRADD_ASSIGN_OR_RETURN(const bool had_room,
                           ApplyCommand(attachment, view_.commands[next_command_], arena));
    if (!had_room) return Progress::kAnswersFull;
    ++next_command_;
    if (decoded % kArenaCommands == 0) arena.Reset();
    if (answer_bytes_ >= limits::kResponseBytes) Publish(true);
    if (session_->strand().ShouldYield()) return Progress::kYield;
  }
  return Progress::kDone;
}

absl::StatusOr<bool> ExecuteStream::ApplyCommand(Attachment& attachment, absl::string_view bytes,
                                                 google::protobuf::Arena& arena) {
  GRADD_RETURN_IF_ERROR(CheckCommandSize(*v1::Command::descriptor(), bytes));
  auto* const command = google::protobuf::Arena::CreateMessage<v1::Command>(&arena);
  if (!command->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return errors::MalformedMessage(command->GetTypeName());
  }
  // A command that comes again needs no room for another answer.
  if (attachment.full() && command->sequence() > attachment.applied()) return false;
  // Nobody waits for what is done until something else is, except that answers share a message.
  Publish(!answers_.empty() && !IsQuick(*command));
  const uint64_t sequence = command->sequence();
  GRADD_ASSIGN_OR_RETURN(Attachment::Verdict verdict, attachment.Admit(sequence, bytes));
  absl::Cord answer = std::move(verdict.answer);
  if (verdict.apply) {
    auto* const result = google::protobuf::Arena::CreateMessage<v1::Result>(&arena);
    answer = session_->ApplyNumbered(attachment_number_, attachment, *command, result);
    applied_ = sequence;
  } else if (sequence <= applied_at_open_ && sequence > last_repeated_) {
    // Its answer was sent when the stream opened.
    last_repeated_ = sequence;
    return true;
  } else {
    confirms_ = true;
  }
  if (!answer.empty()) {
    answer_bytes_ += static_cast<int64_t>(answer.size());
    answers_.emplace_back(sequence, std::move(answer));
  }
  return true;
}

void ExecuteStream::FinishMessage() {
  const int64_t size = current_->message.size();
  current_.reset();
  begun_ = false;
  next_command_ = 0;
  bool idle;
  {
    MutexLock lock(mutex_);
    inbox_bytes_ -= std::min(size, inbox_bytes_);  // Break may have emptied it
    idle = inbox_.empty();
  }
  if (idle) view_ = {};
  Publish(idle || confirms_ || !answers_.empty());
}

void ExecuteStream::Publish(bool progress) {
  if (!progress) {
    const uint64_t news = applied_ - applied_published_;
    if (news == 0) return;
    if (news < kProgressCommands && MonotonicNanos() - published_at_ < kProgressNanos) return;
  } else if (applied_ == applied_published_ && answers_.empty() && !confirms_) {
    return;
  }
  applied_published_ = applied_;
  published_at_ = MonotonicNanos();
  confirms_ = false;
  Action action;
  {
    MutexLock lock(mutex_);
    if (!broken_) {
      for (auto& [sequence, answer] : answers_) outbox_.Add(sequence, std::move(answer));
      has_news_ = true;
    }
    progress_ = applied_;
    action = NextAction();
    outbox_full_ = outbox_.bytes() >= limits::kOutboxBytes;
  }
  answers_.clear();
  answer_bytes_ = 0;
  Perform(std::move(action));
}

bool ExecuteStream::OutboxHasRoom() {
  MutexLock lock(mutex_);
  outbox_full_ = outbox_.bytes() >= limits::kOutboxBytes;
  awaits_outbox_ = outbox_full_;
  if (outbox_full_) scheduled_ = false;
  return !outbox_full_;
}

absl::StatusOr<bool> ExecuteStream::AnswersHaveRoom(Attachment& attachment) {
  // What the client has acknowledged may stand behind what it has sent.
  MutexLock lock(mutex_);
  ExecuteRequestView view;
  for (size_t i = inbox_first_; i < inbox_.size(); ++i) {
    if (std::exchange(inbox_[i].acknowledgement_seen, true)) continue;
    if (view.Parse(inbox_[i].message.Flat())) attachment.Acknowledge(view.acknowledged);
  }
  if (!attachment.full()) return true;
  if (!reading_ || broken_ || draining_) {
    return errors::AnswersNotAcknowledged(attachment.answer_bytes());
  }
  scheduled_ = false;
  return false;
}

}  // namespace gradd::server
