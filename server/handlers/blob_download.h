// ReadBlob: a blob as a stream of chunks.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/mutex.h"
#include "core/tensor/buffer.h"
#include "gradd/v1/blob.pb.h"
#include "server/handlers/services.h"
#include "server/rpc/call.h"
#include "server/rpc/timers.h"

namespace gradd::server {

// Sends the blob's own memory, one chunk at a time: a slow reader costs nothing but the blob.
class BlobDownload final : public CallHandler {
 public:
  BlobDownload(RefPtr<Call> call, Services& services)
      : call_(std::move(call)), services_(services) {}

  void Start() override;
  void OnMessage(Message message) override;
  void OnReadsDone() override;
  void OnWritten(bool ok) override;
  void OnCancelled() override;
  void OnTimer() override;

 private:
  absl::Status Begin(const v1::ReadBlobRequest& request) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Send() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(absl::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const RefPtr<Call> call_;
  Services& services_;
  Mutex mutex_;
  RefPtr<HostedSession> session_ ABSL_GUARDED_BY(mutex_);
  std::optional<HostedSession::Hold> hold_ ABSL_GUARDED_BY(mutex_);
  RefPtr<Buffer> buffer_ ABSL_GUARDED_BY(mutex_);
  int64_t offset_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t offset_at_timer_ ABSL_GUARDED_BY(mutex_) = -1;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
  Timers::Id timer_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace gradd::server
