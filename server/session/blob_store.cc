#include "server/session/blob_store.h"

#include <cstring>
#include <utility>

#include "core/base/checked.h"
#include "core/base/status.h"
#include "server/errors.h"

namespace gradd::server {

absl::StatusOr<uint64_t> BlobStore::Create(int64_t size) {
  if (size < 0) return errors::BlobSizeNegative(size);
  GRADD_ASSIGN_OR_RETURN(RefPtr<Buffer> buffer, Buffer::Allocate(host_, size));
  MutexLock lock(mutex_);
  blobs_[next_] = {std::move(buffer), 0};
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

uint64_t BlobStore::Add(RefPtr<Buffer> buffer) {
  MutexLock lock(mutex_);
  const int64_t size = buffer->size();
  blobs_[next_] = {std::move(buffer), size};
  return next_++;
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

}  // namespace gradd::server
