// Execute: commands in order, answers as they come.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/time/time.h"
#include <google/protobuf/arena.h>

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "server/admission/admission.h"
#include "server/rpc/call.h"
#include "server/rpc/execute_messages.h"
#include "server/rpc/timers.h"
#include "server/session/session_manager.h"

namespace gradd::server {

// What all streams share. Outlives them.
struct ExecuteEnvironment {
  Clock& clock;
  Timers& timers;
  Admission& admission;
  SessionManager& sessions;
};

// One stream. The poller puts undecoded messages into the inbox; a job on the session's strand
// decodes and applies them, in order and a slice of time at once, and puts answers into the outbox;
// one write at a time empties that. When the inbox is full nothing is read, when the outbox is
// full nothing is applied, so a flood and a slow reader cost bounded memory.
//
// A broken stream goes on applying what it accepted; the answers wait in the attachment.
class ExecuteStream : public CallHandler {
 public:
  ExecuteStream(RefPtr<Call> call, const ExecuteEnvironment& environment);

  void Start() override;
  void OnMessage(Message message) override;
  void OnReadsDone() override;
  void OnWritten(bool ok) override;
  void OnCancelled() override;
  void OnTimer() override;
  void OnDrain() override;

 private:
  struct Arrived {
    Message message;
    Admission::Share share;
    bool acknowledgement_seen = false;
  };
  // Something to do with the call, once the mutex is released.
  struct Action {
    std::optional<absl::Cord> write;
    std::optional<absl::Status> finish;
  };
  enum class Next { kMessage, kNothing, kLeave };
  enum class Progress { kDone, kYield, kOutboxFull, kAnswersFull };

  // On the poller.
  absl::Status Open(Message& message);

  // On the strand.
  void Advance();
  void Join(Attachment& attachment);
  void Leave();
  Next NextMessage();
  absl::Status BeginMessage(Attachment& attachment);
  absl::StatusOr<Progress> ApplyMessage(Attachment& attachment);
  // False when there is no room for its answer.
  absl::StatusOr<bool> ApplyCommand(Attachment& attachment, absl::string_view bytes,
                                    google::protobuf::Arena& arena);
  void FinishMessage();
  // Answers and progress, now or (!progress) when enough has come together.
  void Publish(bool progress);
  // True when there is no need to wait (any more); else Advance comes again when there may be none.
  bool OutboxHasRoom();
  absl::StatusOr<bool> AnswersHaveRoom(Attachment& attachment);

  void Schedule() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasRoom() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Action NextAction() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Perform(Action action);
  // Ends the stream with an error; what it still has is not applied.
  void Break(absl::Status status);

  const RefPtr<Call> call_;
  const ExecuteEnvironment& environment_;

  // Set by the poller before the strand first hears of the stream.
  RefPtr<HostedSession> session_;
  uint32_t attachment_number_ = 0;

  uint64_t acknowledged_at_open_ = 0;
  uint64_t attempt_ = 0;
  std::optional<HostedSession::Hold> hold_;

  // Used on the strand.
  bool joined_ = false;
  bool left_ = false;
  bool opening_message_ = true;
  uint64_t stream_ = 0;           // of the attachment
  uint64_t applied_at_open_ = 0;  // answers up to this were sent when the stream opened
  uint64_t last_repeated_ = 0;
  std::optional<Arrived> current_;                        // the message being applied
  bool begun_ = false;                                    // with it
  ExecuteRequestView view_;                               // of it
  size_t next_command_ = 0;                               // in it
  std::vector<std::pair<uint64_t, absl::Cord>> answers_;  // not published yet
  int64_t answer_bytes_ = 0;                              // of them
  bool confirms_ = false;  // a repeated command is worth a message though nothing changed
  bool outbox_full_ = false;
  uint64_t applied_ = 0;
  uint64_t applied_published_ = 0;
  int64_t published_at_ = 0;  // MonotonicNanos()

  Mutex mutex_;
  std::vector<Arrived> inbox_ ABSL_GUARDED_BY(mutex_);
  size_t inbox_first_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t inbox_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  ExecuteOutbox outbox_ ABSL_GUARDED_BY(mutex_);
  absl::Cord preface_ ABSL_GUARDED_BY(mutex_);  // goes before everything else
  uint64_t progress_ ABSL_GUARDED_BY(mutex_) = 0;
  bool has_news_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> final_ ABSL_GUARDED_BY(mutex_);  // how the call will end
  Timers::Id timer_ ABSL_GUARDED_BY(mutex_);
  uint64_t writes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t writes_seen_ ABSL_GUARDED_BY(mutex_) = 0;  // by the timer
  bool opened_ ABSL_GUARDED_BY(mutex_) = false;
  bool scheduled_ ABSL_GUARDED_BY(mutex_) = false;  // Advance is posted or runs
  bool reading_ ABSL_GUARDED_BY(mutex_) = true;
  bool reads_done_ ABSL_GUARDED_BY(mutex_) = false;
  bool awaits_outbox_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace gradd::server
