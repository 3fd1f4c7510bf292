// Bytes on their way between a client and a session's tensors.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "core/base/mutex.h"
#include "core/device/device.h"
#include "core/tensor/buffer.h"
#include "server/limits.h"

namespace gradd::server {

// Host memory, counted in the session's budget. An upload grows from offset 0 without gaps and can
// be resumed; a download reads a buffer that nobody writes any more (copy-on-write sees to that).
// What nobody deletes goes with the attachment that it was made for.
// Thread-safe; RPC threads fill and drain blobs while the session's strand works.
class BlobStore {
 public:
  // `host` allocates from the processor's memory.
  explicit BlobStore(RefPtr<BufferPool> host, size_t max_blobs = limits::kBlobs)
      : host_(std::move(host)), max_blobs_(max_blobs) {}

  // Reserves and allocates `size` bytes for an upload.
  absl::StatusOr<uint64_t> Create(int64_t size, uint32_t attachment);
  // Appends at `offset`, which must be the number of bytes received so far. INVALID_ARGUMENT for a
  // gap, an overlap or bytes past the end.
  absl::Status Write(uint64_t blob, int64_t offset, absl::string_view data);
  // As one write of all the pieces.
  absl::Status Write(uint64_t blob, int64_t offset, absl::Span<const absl::string_view> pieces);
  struct Progress {
    int64_t size;
    int64_t received;
  };
  absl::StatusOr<Progress> GetProgress(uint64_t blob) const;
  // A call begins to send what comes from `offset` on, which must be the number of bytes received
  // so far. Gives the call a number; after a break another call may go on.
  absl::StatusOr<uint64_t> BeginUpload(uint64_t blob, int64_t offset);
  // The call has stalled when the blob had `received` bytes: deletes the blob, unless another call
  // has begun or sent something since.
  void DeleteStalled(uint64_t blob, uint64_t upload, int64_t received);
  // Bytes to download: the whole of `buffer`, held until deleted.
  absl::StatusOr<uint64_t> Add(RefPtr<Buffer> buffer, uint32_t attachment);
  // What has come of a blob: the first `received` bytes of `buffer`, which nobody writes any more.
  struct Content {
    RefPtr<Buffer> buffer;
    int64_t received;
  };
  absl::StatusOr<Content> Look(uint64_t blob) const;
  // The memory of a complete blob, for reading.
  absl::StatusOr<RefPtr<Buffer>> Read(uint64_t blob) const;
  // The memory of a complete blob, which is then gone from the store.
  absl::StatusOr<RefPtr<Buffer>> Take(uint64_t blob);
  // False when there is none.
  bool Delete(uint64_t blob);
  // All that were made for the attachment.
  void DeleteOf(uint32_t attachment);

 private:
  struct Blob {
    RefPtr<Buffer> buffer;
    int64_t received;
    uint32_t attachment;
    uint64_t upload = 0;  // the last call that began to send
  };

  absl::StatusOr<uint64_t> Insert(Blob blob);

  const RefPtr<BufferPool> host_;
  const size_t max_blobs_;
  mutable Mutex mutex_;
  absl::flat_hash_map<uint64_t, Blob> blobs_ ABSL_GUARDED_BY(mutex_);
  uint64_t next_ ABSL_GUARDED_BY(mutex_) = 1;
};

}  // namespace gradd::server
