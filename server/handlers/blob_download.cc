#include "server/handlers/blob_download.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/cord.h"

#include "core/base/status.h"
#include "server/errors.h"
#include "server/limits.h"
#include "server/wire.h"

namespace gradd::server {
namespace {

// A ReadBlobResponse whose data is the buffer's own memory.
absl::Cord EncodeChunk(const RefPtr<Buffer>& buffer, int64_t offset, int64_t size) {
  std::string head;
  AppendNumber(v1::ReadBlobResponse::kOffsetFieldNumber, static_cast<uint64_t>(offset), &head);
  AppendHead(v1::ReadBlobResponse::kDataFieldNumber, static_cast<size_t>(size), &head);
  absl::Cord message(std::move(head));
  const absl::string_view data(static_cast<const char*>(buffer->data()) + offset,
                               static_cast<size_t>(size));
  message.Append(absl::MakeCordFromExternal(data, [buffer] {}));
  return message;
}

}  // namespace

void BlobDownload::Start() {
  {
    MutexLock lock(mutex_);
    timer_ =
        services_.timers.Set(services_.clock.Now() + limits::kStall, RefPtr<CallHandler>(this));
  }
  call_->Read();
}

void BlobDownload::OnMessage(Message message) {
  v1::ReadBlobRequest request;
  absl::Status status = ParseRequest(message, &request);
  MutexLock lock(mutex_);
  if (status.ok()) status = Begin(request);
  if (!status.ok()) return End(std::move(status));
  Send();
}

absl::Status BlobDownload::Begin(const v1::ReadBlobRequest& request) {
  GRADD_ASSIGN_OR_RETURN(
      session_, services_.sessions.Find(request.scope().session_id(), request.scope().secret()));
  GRADD_ASSIGN_OR_RETURN(buffer_, session_->blobs().Read(request.blob()));
  if (request.offset() < 0 || request.offset() > buffer_->size()) {
    return errors::BlobOffset(request.offset(), buffer_->size());
  }
  offset_ = request.offset();
  hold_.emplace(session_, request.scope().attachment());
  return absl::OkStatus();
}

void BlobDownload::Send() {
  if (writing_ || finished_) return;
  if (!end_ && session_->ended()) end_ = errors::SessionEnded();
  if (!end_ && offset_ == buffer_->size()) end_ = absl::OkStatus();
  if (end_) return End(*end_);
  const int64_t size = std::min(services_.max_chunk(), buffer_->size() - offset_);
  writing_ = true;
  call_->Write(EncodeChunk(buffer_, offset_, size));
  offset_ += size;
}

void BlobDownload::OnWritten(bool ok) {
  MutexLock lock(mutex_);
  writing_ = false;
  if (!ok && !end_) end_ = errors::CallCancelled();
  Send();
}

void BlobDownload::OnReadsDone() {
  MutexLock lock(mutex_);
  if (!buffer_) End(errors::MessageMissing());
}

void BlobDownload::OnCancelled() {
  MutexLock lock(mutex_);
  End(errors::CallCancelled());
}

void BlobDownload::OnTimer() {
  {
    MutexLock lock(mutex_);
    timer_ = {};
    if (finished_) return;
    if (offset_ != offset_at_timer_) {
      offset_at_timer_ = offset_;
      timer_ =
          services_.timers.Set(services_.clock.Now() + limits::kStall, RefPtr<CallHandler>(this));
      return;
    }
    End(errors::TransferStalled());
  }
  call_->Cancel();  // a write that nobody takes would keep the call for ever
}

void BlobDownload::End(absl::Status status) {
  if (!end_) end_ = std::move(status);
  if (writing_ || finished_) return;
  finished_ = true;
  buffer_ = nullptr;
  hold_.reset();
  services_.timers.Clear(timer_);
  call_->Finish(*end_);
}

}  // namespace gradd::server
