#include "core/tensor/buffer.h"

#include "core/base/status.h"

namespace gradd {

absl::StatusOr<RefPtr<Buffer>> Buffer::Allocate(const RefPtr<BufferPool>& pool, int64_t bytes) {
  if (bytes == 0) return RefPtr<Buffer>(new Buffer(pool, nullptr, 0));
  GRADD_RETURN_IF_ERROR(pool->budget().Reserve(bytes));
  absl::StatusOr<void*> memory = pool->device().Allocate(bytes, pool->stream());
  if (!memory.ok()) {
    pool->budget().Return(bytes);
    return std::move(memory).status();
  }
  return RefPtr<Buffer>(new Buffer(pool, *memory, bytes));
}

Buffer::~Buffer() {
  if (size_ == 0) return;
  pool_->device().Free(data_, size_, pool_->stream());
  pool_->budget().Return(size_);
}

}  // namespace gradd
