// What one session uses of one device: its memory, a stream and the kernels.
#pragma once

#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

#include "core/base/cancellation.h"
#include "core/kernels/kernel.h"
#include "core/ops/observer.h"
#include "core/runtime/backend_registry.h"
#include "core/runtime/backlog.h"
#include "core/runtime/op_times.h"
#include "core/tensor/buffer.h"

namespace gradd {

// On whose behalf work is done: what Eager is told of the command that it works for.
struct WorkContext {
  OpObserver* observer = nullptr;  // may be null
  Phase phase = Phase::kForward;
  const Cancellation* cancellation = nullptr;  // may be null
};

class Place {
 public:
  // `backend` and `context` outlive this.
  Place(const Backend& backend, RefPtr<BufferPool> pool, const WorkContext& context);
  ~Place();
  Place(const Place&) = delete;

  Device& device() const { return *backend_.device; }
  const KernelTable& kernels() const { return *backend_.kernels; }
  const RefPtr<BufferPool>& pool() const { return pool_; }
  Stream& stream() const { return pool_->stream(); }

  // Has the kernel do, or enqueue, its work; for an op with checks_indices `call` has an
  // IndexCheck, and if only the device can tell whether an index is bad it is waited for. An error
  // says that outputs may be unwritten. `called` is what the observer is told that the op is.
  absl::Status Run(const Kernel& kernel, const KernelCall& call, const Op& called);
  absl::Status Run(const Kernel& kernel, const KernelCall& call) {
    return call.op.checks_indices ? RunIndexKernel(kernel, call) : Run(kernel, call, call.op);
  }
  // The same for work over many tensors, which is no op and is called `op`; it touches `bytes`.
  absl::Status RunWork(const Op& op, DType dtype, int64_t bytes, absl::FunctionRef<void()> enqueue);
  // Waits for the device.
  absl::Status Synchronize();

 private:
  // Of a device that does its work later.
  struct Later {
    Backlog backlog;
    OpTimes times;
  };

  template <class Enqueue>
  absl::Status Enqueued(const Op& op, DType dtype, int64_t bytes, const Enqueue& enqueue);
  absl::Status RunIndexKernel(const Kernel& kernel, KernelCall call);
  // Whether what was enqueued so far found a bad index. Waits.
  absl::Status LookAtIndexError(const IndexCheck& check);
  void ClearIndexError();

  const Backend& backend_;
  const RefPtr<BufferPool> pool_;
  const WorkContext& context_;
  IndexError* index_error_ = nullptr;   // in the device's memory; null until an op needs it
  const std::unique_ptr<Later> later_;  // null where work is done at once
};

}  // namespace gradd
