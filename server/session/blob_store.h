// Bytes on their way between a client and a session's tensors.
#pragma once

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "core/base/mutex.h"
#include "core/device/device.h"
#include "core/tensor/buffer.h"

namespace gradd::server {

// Host memory, counted in the session's budget. An upload grows from offset 0 without gaps and can
// be resumed; a download reads a buffer that nobody writes any more (copy-on-write sees to that).
// Thread-safe; RPC threads fill and drain blobs while the session's strand works.
class BlobStore {
 public:
  // `host` allocates from the processor's memory.
  explicit BlobStore(RefPtr<BufferPool> host) : host_(std::move(host)) {}

  // Reserves and allocates `size` bytes for an upload.
  absl::StatusOr<uint64_t> Create(int64_t size);
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
  // Bytes to download: the whole of `buffer`, held until deleted.
  uint64_t Add(RefPtr<Buffer> buffer);
  // The memory of a complete blob, for reading.
  absl::StatusOr<RefPtr<Buffer>> Read(uint64_t blob) const;
  // The memory of a complete blob, which is then gone from the store.
  absl::StatusOr<RefPtr<Buffer>> Take(uint64_t blob);
  // False when there is none.
  bool Delete(uint64_t blob);

 private:
  struct Blob {
    RefPtr<Buffer> buffer;
    int64_t received = 0;
  };

  const RefPtr<BufferPool> host_;
  mutable Mutex mutex_;
  absl::flat_hash_map<uint64_t, Blob> blobs_ ABSL_GUARDED_BY(mutex_);
  uint64_t next_ ABSL_GUARDED_BY(mutex_) = 1;
};

}  // namespace gradd::server
