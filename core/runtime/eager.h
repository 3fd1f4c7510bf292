// The interpreter at the bottom of the server's stack: checks, allocates, launches, observes.
#pragma once

#include <memory>

#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "core/base/cancellation.h"
#include "core/device/memory_budget.h"
#include "core/kernels/kernel.h"
#include "core/ops/interpreter.h"
#include "core/ops/observer.h"
#include "core/runtime/backend_registry.h"
#include "core/runtime/place.h"
#include "core/tensor/tensor.h"

namespace gradd {

// One per session; used on its strand only. Holds no per-op code: kernels come from the backend of
// the device that the outputs are on.
class Eager final : public Interpreter {
 public:
  // `backends` and `observer` (may be null) outlive this. `options`: of its streams.
  Eager(const BackendRegistry& backends, RefPtr<MemoryBudget> budget, OpObserver* observer,
        const StreamOptions& options = {})
      : backends_(backends), budget_(std::move(budget)), options_(options), context_{observer} {}

  absl::StatusOr<Values> Apply(const Op& op, ValueSpan inputs,
                               const Attributes& attributes) override;
  // sum + term; in the sum's own memory where nothing else refers to that.
  absl::StatusOr<Value> Accumulate(Value sum, const Value& term);
  // Shares the source's buffer where it can; copies into place where the target is a part of one.
  absl::Status Assign(const Value& target, const Value& source) override;

  // Sees to it that an Assign to `target` of a tensor of its own (not a view of the target) on its
  // device and of its dtype allocates nothing, so that it cannot fail.
  absl::Status MakeWritable(const Value& target);
  // Sees to it that nobody else holds the bytes of `target`, so that work may write them in place.
  absl::Status MakeUnique(const Value& target);

  // What runs work over many tensors at once, which is no op, and in which order.
  struct MultiTensor {
    const MultiTensorKernels& kernels;
    Stream& stream;
  };
  // UNIMPLEMENTED where the device has no such kernels. Once OK it stays so.
  absl::StatusOr<MultiTensor> MultiTensorOn(DeviceId device);
  // Has `enqueue` do, or enqueue, such work, and tells the observer of it: `op` is what it is
  // called, `bytes` what it writes. An error says that it may not have been done.
  absl::Status RunWork(const Op& op, DeviceId device, DType dtype, int64_t bytes,
                       absl::FunctionRef<void()> enqueue);

  // A tensor of `spec`'s dtype, shape and device, contiguous, from row-major host bytes. Bools that
  // are neither 0 nor 1 become 1.
  absl::StatusOr<Value> FromHost(const TensorSpec& spec, absl::Span<const char> bytes);
  // The elements in row-major order; waits for the device. REQUIRES: `out` has spec().byte_count()
  // bytes.
  absl::Status ToHost(const TensorValue& tensor, void* out);
  // Host memory, counted in this interpreter's budget.
  absl::StatusOr<RefPtr<Buffer>> AllocateHost(int64_t bytes);
  // A pool of host memory with another budget, for use by other threads.
  absl::StatusOr<RefPtr<BufferPool>> HostPool(RefPtr<MemoryBudget> budget) const;
  // Waits for every device that this session used.
  absl::Status Synchronize();

  // What ops that follow are timed as.
  void set_phase(Phase phase) { context_.phase = phase; }
  Phase phase() const { return context_.phase; }

  // Whose wish to stop ends a wait for a device that is far behind; null: nobody's. Whoever sets it
  // polls it between ops, as before.
  void set_cancellation(const Cancellation* cancellation) { context_.cancellation = cancellation; }

  absl::Status CheckDevice(DeviceId device) const;
  MemoryBudget& budget() const { return *budget_; }

 private:
  absl::StatusOr<Place*> PlaceFor(DeviceId device);
  absl::StatusOr<Values> ViewOf(const Op& op, const Value& input, TensorSpec spec);
  // Moves from `specs`.
  absl::StatusOr<Values> Run(const Op& op, ValueSpan inputs, const Attributes& attributes,
                             absl::Span<TensorSpec> specs);
  absl::StatusOr<Value> Allocate(Place& place, TensorSpec spec);
  // An op that the backend has no kernel for, as its composition.
  absl::StatusOr<Values> Expand(const Op& op, ValueSpan inputs, const Attributes& attributes);
  // The input as the kernel wants it; what had to be made for that is kept alive in `made`.
  absl::StatusOr<KernelArgument> Prepare(const Op& op, const Value& input, DType compute_dtype,
                                         DeviceId device, Values& made);
  absl::StatusOr<Value> Convert(const Value& value, DType dtype);
  // Contiguous, in the shape of the value.
  absl::StatusOr<Value> Move(const Value& value, DeviceId device);
  absl::StatusOr<Value> Contiguous(const Value& value);
  absl::Status CopyInto(const TensorValue& target, const TensorValue& source);
  absl::Status MakeUnique(Place& place, RefPtr<Buffer>& buffer);
  void Observe(const Op& op, const TensorSpec& output, uint64_t start_ticks);

  const BackendRegistry& backends_;
  const RefPtr<MemoryBudget> budget_;
  const StreamOptions options_;
  WorkContext context_;
  // At most a few, each where it stays; a session that does nothing has none.
  absl::InlinedVector<std::unique_ptr<Place>, 1> places_;
};

}  // namespace gradd
