#include "server/handlers/blob_upload.h"

#include <algorithm>
#include <utility>

#include <google/protobuf/io/coded_stream.h>

#include "core/base/status.h"
#include "gradd/v1/blob.pb.h"
#include "server/errors.h"
#include "server/limits.h"
#include "server/wire.h"

namespace gradd::server {
namespace {

using google::protobuf::io::CodedInputStream;
using Request = v1::WriteBlobRequest;

bool ReadData(CodedInputStream& input, uint32_t length, UploadChunk* chunk) {
  chunk->data_bytes += length;
  while (length > 0) {
    const void* piece;
    int size;
    if (!input.GetDirectBufferPointer(&piece, &size)) return false;
    const auto taken = std::min(length, static_cast<uint32_t>(size));
    chunk->data.emplace_back(static_cast<const char*>(piece), taken);
    if (!input.Skip(static_cast<int>(taken))) return false;
    length -= taken;
  }
  return true;
}

bool ReadScope(CodedInputStream& input, uint32_t length, UploadChunk* chunk) {
  if (!chunk->scope) chunk->scope.emplace();
  const auto limit = input.PushLimit(static_cast<int>(length));
  const bool valid = chunk->scope->MergeFromCodedStream(&input) && input.ConsumedEntireMessage();
  input.PopLimit(limit);
  return valid;
}

}  // namespace

bool UploadChunk::Parse(const std::vector<grpc::Slice>& pieces) {
  PiecesStream stream(pieces);
  CodedInputStream input(&stream);
  while (const uint32_t tag = input.ReadTag()) {
    uint64_t number = 0;
    uint32_t length = 0;
    if ((tag & 7) == kVarintField ? !input.ReadVarint64(&number)
                                  : (tag & 7) != kLengthField || !input.ReadVarint32(&length)) {
      return false;
    }
    switch (tag) {
      case WireTag(Request::kScopeFieldNumber, kLengthField):
        if (!ReadScope(input, length, this)) return false;
        break;
      case WireTag(Request::kBlobFieldNumber, kVarintField):
        blob = number;
        break;
      case WireTag(Request::kOffsetFieldNumber, kVarintField):
        offset = static_cast<int64_t>(number);
        break;
      case WireTag(Request::kDataFieldNumber, kLengthField):
        if (!ReadData(input, length, this)) return false;
        break;
      default:
        if ((tag & 7) == kLengthField && !input.Skip(static_cast<int>(length))) return false;
    }
  }
  return input.ConsumedEntireMessage();
}

void BlobUpload::Start() {
  {
    MutexLock lock(mutex_);
    timer_ =
        services_.timers.Set(services_.clock.Now() + limits::kStall, RefPtr<CallHandler>(this));
  }
  call_->Read();
}

void BlobUpload::OnMessage(Message message) {
  const std::vector<grpc::Slice> pieces = message.Pieces();
  UploadChunk chunk;
  if (!chunk.Parse(pieces)) return End(errors::MalformedMessage("gradd.v1.WriteBlobRequest"));
  if (absl::Status status = Receive(chunk); !status.ok()) return End(status);
  call_->Read();
}

absl::Status BlobUpload::Receive(const UploadChunk& chunk) {
  MutexLock lock(mutex_);
  if (ended_) return absl::OkStatus();
  if (!session_) {
    GRADD_RETURN_IF_ERROR(Begin(chunk));
  } else if (chunk.scope || chunk.blob != 0) {
    return errors::UploadHeaderRepeated();
  } else if (chunk.offset != 0 && chunk.offset != received_) {
    return errors::BlobGap(chunk.offset, received_);
  }
  if (session_->ended()) return errors::SessionEnded();
  if (chunk.data_bytes > services_.max_chunk()) {
    return errors::ChunkTooLarge(chunk.data_bytes, services_.max_chunk());
  }
  GRADD_RETURN_IF_ERROR(session_->blobs().Write(blob_, received_, chunk.data));
  received_ += chunk.data_bytes;
  return absl::OkStatus();
}

absl::Status BlobUpload::Begin(const UploadChunk& chunk) {
  if (!chunk.scope || chunk.blob == 0) return errors::UploadHeaderMissing();
  GRADD_ASSIGN_OR_RETURN(RefPtr<HostedSession> session,
                         services_.sessions.Find(chunk.scope->session_id(), chunk.scope->secret()));
  GRADD_ASSIGN_OR_RETURN(upload_, session->blobs().BeginUpload(chunk.blob, chunk.offset));
  blob_ = chunk.blob;
  received_ = chunk.offset;
  hold_.emplace(session, chunk.scope->attachment());
  session_ = std::move(session);
  return absl::OkStatus();
}

absl::Status BlobUpload::CheckComplete() {
  MutexLock lock(mutex_);
  if (!session_) return errors::UploadHeaderMissing();
  GRADD_ASSIGN_OR_RETURN(const BlobStore::Progress progress, session_->blobs().GetProgress(blob_));
  if (progress.received == progress.size) return absl::OkStatus();
  return errors::UploadEndedEarly(progress.received, progress.size);
}

void BlobUpload::OnReadsDone() {
  if (absl::Status status = CheckComplete(); !status.ok()) return End(status);
  v1::WriteBlobResponse response;
  {
    MutexLock lock(mutex_);
    response.set_received(received_);
  }
  if (TakeEnd()) call_->WriteAndFinish(absl::Cord(response.SerializeAsString()));
}

void BlobUpload::OnCancelled() { End(errors::CallCancelled()); }

void BlobUpload::OnTimer() {
  {
    MutexLock lock(mutex_);
    timer_ = {};
    if (ended_) return;
    if (received_ != received_at_timer_) {
      received_at_timer_ = received_;
      timer_ =
          services_.timers.Set(services_.clock.Now() + limits::kStall, RefPtr<CallHandler>(this));
      return;
    }
    if (session_) session_->blobs().DeleteStalled(blob_, upload_, received_);
  }
  End(errors::TransferStalled());
}

bool BlobUpload::TakeEnd() {
  MutexLock lock(mutex_);
  if (ended_) return false;
  ended_ = true;
  hold_.reset();
  services_.timers.Clear(timer_);
  return true;
}

void BlobUpload::End(const absl::Status& status) {
  if (TakeEnd()) call_->Finish(status);
}

}  // namespace gradd::server
