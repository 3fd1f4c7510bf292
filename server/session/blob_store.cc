#include "server/session/blob_store.h"

#include <cstring>
#include <utility>

#include "core/base/checked.h"
#include "core/base/status.h"
#include "server/errors.h"

namespace gradd::server {

absl::StatusOr<uint64_t> BlobStore::Create(int64_t size, uint32_t attachment) {
  if (size < 0) return errors::BlobSizeNegative(size);
  absl::StatusOr<RefPtr<Buffer>> buffer = Buffer::Allocate(host_, size);
  if (!buffer.ok()) return errors::WithSessionQuota(buffer.status());
  return Insert({*std::move(buffer), 0, attachment});
}

absl::StatusOr<uint64_t> BlobStore::Insert(Blob blob) {
  MutexLock lock(mutex_);
  if (blobs_.size() >= max_blobs_) return errors::TooManyBlobs(static_cast<int64_t>(max_blobs_));
  blobs_.emplace(next_, std::move(blob));
  return next_++;
}

absl::Status BlobStore::Write(uint64_t blob, int64_t offset, absl::string_view data) {
  const absl::string_view pieces[] = {data};
  return Write(blob, offset, pieces);
}

absl::Status BlobStore::Write(uint64_t blob, int64_t offset,
                              absl::Span<const absl::string_view> pieces) {
  int64_t size = 0;
  for (const absl::string_view piece : pieces) size += static_cast<int64_t>(piece.size());
  MutexLock lock(mutex_);
  const auto found = blobs_.find(blob);
  if (found == blobs_.end()) return errors::BlobNotFound();
  Blob& target = found->second;
  if (offset != target.received) return errors::BlobGap(offset, target.received);
  const std::optional<int64_t> end = CheckedAdd(offset, size);
  if (!end || *end > target.buffer->size()) {
    return errors::BlobTooLong(end.value_or(INT64_MAX), target.buffer->size());
  }
  char* out = static_cast<char*>(target.buffer->data()) + offset;
  for (const absl::string_view piece : pieces) {
    if (!piece.empty()) std::memcpy(out, piece.data(), piece.size());
    out += piece.size();
  }
  target.received = *end;
  return absl::OkStatus();
}

absl::StatusOr<BlobStore::Progress> BlobStore::GetProgress(uint64_t blob) const {
  MutexLock lock(mutex_);
  const auto found = blobs_.find(blob);
  if (found == blobs_.end()) return errors::BlobNotFound();
  return Progress{found->second.buffer->size(), found->second.received};
}

absl::StatusOr<uint64_t> BlobStore::BeginUpload(uint64_t blob, int64_t offset) {
  MutexLock lock(mutex_);
  const auto found = blobs_.find(blob);
  if (found == blobs_.end()) return errors::BlobNotFound();
  if (offset != found->second.received) return errors::BlobGap(offset, found->second.received);
  return ++found->second.upload;
}

void BlobStore::DeleteStalled(uint64_t blob, uint64_t upload, int64_t received) {
  RefPtr<Buffer> deleted;  // freed outside of the lock
  MutexLock lock(mutex_);
  const auto found = blobs_.find(blob);
  if (found == blobs_.end()) return;
  if (found->second.upload != upload || found->second.received != received) return;
  deleted = std::move(found->second.buffer);
  blobs_.erase(found);
}

absl::StatusOr<uint64_t> BlobStore::Add(RefPtr<Buffer> buffer, uint32_t attachment) {
  const int64_t size = buffer->size();
  return Insert({std::move(buffer), size, attachment});
}

absl::StatusOr<BlobStore::Content> BlobStore::Look(uint64_t blob) const {
  MutexLock lock(mutex_);
  const auto found = blobs_.find(blob);
  if (found == blobs_.end()) return errors::BlobNotFound();
  return Content{found->second.buffer, found->second.received};
}

absl::StatusOr<RefPtr<Buffer>> BlobStore::Read(uint64_t blob) const {
  MutexLock lock(mutex_);
  const auto found = blobs_.find(blob);
  if (found == blobs_.end()) return errors::BlobNotFound();
  const Blob& source = found->second;
  if (source.received != source.buffer->size()) {
    return errors::BlobIncomplete(source.received, source.buffer->size());
  }
  return source.buffer;
}

absl::StatusOr<RefPtr<Buffer>> BlobStore::Take(uint64_t blob) {
  MutexLock lock(mutex_);
  const auto found = blobs_.find(blob);
  if (found == blobs_.end()) return errors::BlobNotFound();
  const Blob& source = found->second;
  if (source.received != source.buffer->size()) {
    return errors::BlobIncomplete(source.received, source.buffer->size());
  }
  RefPtr<Buffer> buffer = source.buffer;
  blobs_.erase(found);
  return buffer;
}

bool BlobStore::Delete(uint64_t blob) {
  MutexLock lock(mutex_);
  return blobs_.erase(blob) > 0;
}

void BlobStore::DeleteOf(uint32_t attachment) {
  MutexLock lock(mutex_);
  absl::erase_if(blobs_, [&](const auto& blob) { return blob.second.attachment == attachment; });
}

}  // namespace gradd::server
