// WriteBlob: a stream of chunks into a blob.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"

#include "core/base/mutex.h"
#include "gradd/v1/session.pb.h"
#include "server/handlers/services.h"
#include "server/rpc/call.h"
#include "server/rpc/timers.h"

namespace gradd::server {

// A WriteBlobRequest whose data is still in the pieces in which it came.
struct UploadChunk {
  std::optional<v1::Scope> scope;
  uint64_t blob = 0;
  int64_t offset = 0;
  std::vector<absl::string_view> data;
  int64_t data_bytes = 0;

  // False when the pieces are no valid message. They outlive the chunk.
  bool Parse(const std::vector<grpc::Slice>& pieces);
};

// Copies each chunk from gRPC's memory straight into the blob, on the poller. A client that sends
// nothing for too long loses the blob; one whose connection breaks may go on with another call,
// even while this one has not noticed.
class BlobUpload final : public CallHandler {
 public:
  BlobUpload(RefPtr<Call> call, Services& services) : call_(std::move(call)), services_(services) {}

  void Start() override;
  void OnMessage(Message message) override;
  void OnReadsDone() override;
  void OnCancelled() override;
  void OnTimer() override;

 private:
  absl::Status Receive(const UploadChunk& chunk);
  absl::Status Begin(const UploadChunk& chunk) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckComplete();
  bool TakeEnd();
  void End(const absl::Status& status);

  const RefPtr<Call> call_;
  Services& services_;
  Mutex mutex_;
  RefPtr<HostedSession> session_ ABSL_GUARDED_BY(mutex_);
  std::optional<HostedSession::Hold> hold_ ABSL_GUARDED_BY(mutex_);
  uint64_t blob_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t upload_ ABSL_GUARDED_BY(mutex_) = 0;  // of the blob: this call
  int64_t received_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t received_at_timer_ ABSL_GUARDED_BY(mutex_) = -1;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  Timers::Id timer_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace gradd::server
