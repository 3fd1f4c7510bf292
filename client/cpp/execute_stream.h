// The Execute stream: carries a CommandLog's bytes to the server and brings the answers back.
//
// Who waits does the work: a thread that waits for an answer drives the completion queue itself,
// spinning shortly before it blocks, so that an answer wakes nobody twice
// (docs/decisions/0002-stream-rpc-api.md). A second thread only sends what others left behind and
// keeps an unwatched stream going. A stream that breaks is opened again, after longer and longer
// pauses, and the log is resent. Thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "absl/functional/function_ref.h"
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include "client/cpp/command_log.h"
#include "core/base/mutex.h"
#include "gradd/v1/gradient_service.pb.h"

namespace gradd {
inline namespace client {

class ExecuteStream {
 public:
  using Nanos = std::chrono::nanoseconds;
  struct Options {
    Nanos spin = std::chrono::microseconds(50);
    // How long what nobody waits for may lie unsent.
    Nanos linger = std::chrono::milliseconds(1);
    Nanos first_retry = std::chrono::milliseconds(20);
    Nanos longest_retry = std::chrono::seconds(2);
    // Without a sign of progress for so long, a broken connection is lost for good.
    Nanos give_up = std::chrono::seconds(60);
    size_t message_bytes = 1 << 20;
    std::multimap<std::string, std::string> metadata;
  };

  // `log` outlives the stream.
  ExecuteStream(std::shared_ptr<grpc::Channel> channel, const v1::OpenStream& open, CommandLog* log,
                Options options);
  // Abandons what is not applied; call Close first.
  ~ExecuteStream();
  ExecuteStream(const ExecuteStream&) = delete;
  ExecuteStream& operator=(const ExecuteStream&) = delete;

  // Does what appending to the log advised. Blocks only for kFull.
  void Follow(unsigned advice);
  // Sends everything and blocks until `done`, which must become true by what the log is told.
  void Wait(absl::FunctionRef<bool()> done);
  // Waits until everything is applied, for at most `patience`, and ends the stream in order.
  void Close(Nanos patience);

 private:
  // The one operation of each kind that can be under way; its number is its tag.
  enum Operation : intptr_t { kStart, kOpen, kWrite, kRead, kWritesDone, kFinish };
  struct Attempt;

  void Begin() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnEvent(Operation operation, bool ok) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnReply() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnEnd() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Finish() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WriteIfIdle() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool AcknowledgementIsDue() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Handles what is ready; spins, then blocks until `until`, if nothing is. False when nothing
  // came: asking an empty queue costs some 20 microseconds. Lets go of the mutex meanwhile.
  // REQUIRES: nobody else polls.
  bool Poll(Nanos spin, Nanos until) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DriveUntil(absl::FunctionRef<bool()> done, Nanos until)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RunTicks();

  const std::shared_ptr<grpc::Channel> channel_;
  grpc::GenericStub stub_;
  const v1::OpenStream open_;
  CommandLog* const log_;
  const Options options_;
  grpc::CompletionQueue queue_;

  Mutex mutex_;
  ConditionVariable changed_;  // polling_ or what is waited for
  ConditionVariable tick_;
  std::unique_ptr<Attempt> attempt_ ABSL_GUARDED_BY(mutex_);
  bool polling_ ABSL_GUARDED_BY(mutex_) = false;
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;  // for polling_ to end
  // Streams begun for this attachment. Only the first may send before it hears where the server is.
  uint64_t attempts_ ABSL_GUARDED_BY(mutex_) = 0;
  Nanos retry_at_ ABSL_GUARDED_BY(mutex_) = Nanos(0);  // when there is no attempt
  Nanos retry_pause_ ABSL_GUARDED_BY(mutex_);
  Nanos trouble_since_ ABSL_GUARDED_BY(mutex_) = Nanos(0);   // 0: no trouble
  uint64_t progress_ ABSL_GUARDED_BY(mutex_) = 0;            // the log's applied() last seen
  uint64_t acknowledged_ ABSL_GUARDED_BY(mutex_) = 0;        // to the server, by this attempt
  size_t unacknowledged_bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // received since
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool alert_ ABSL_GUARDED_BY(mutex_) = false;  // the ticker ought to look at the log
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  v1::ExecuteResponse response_ ABSL_GUARDED_BY(mutex_);  // kept for its capacity
  std::vector<CommandLog::Bytes> batch_ ABSL_GUARDED_BY(mutex_);
  std::thread ticker_;
};

}  // namespace client
}  // namespace gradd
