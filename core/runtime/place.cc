#include "core/runtime/place.h"

#include <utility>

#include "core/base/status.h"

namespace gradd {
namespace {

const IndexError kNoIndexError;

int64_t BytesOf(const KernelCall& call) {
  int64_t bytes = 0;
  for (const KernelArgument& input : call.inputs) bytes += input.spec->byte_count();
  for (const KernelArgument& output : call.outputs) bytes += output.spec->byte_count();
  return bytes;
}

absl::Status IndexOutOfRange(const IndexError& error) {
  return InvalidArgument("INDEX_OUT_OF_RANGE", "index out of range in self: index ", error.index,
                         " is out of bounds for a dimension of size ", error.size);
}

}  // namespace

Place::Place(const Backend& backend, RefPtr<BufferPool> pool, const WorkContext& context)
    : backend_(backend),
      pool_(std::move(pool)),
      context_(context),
      later_(pool_->stream().is_synchronous() ? nullptr : std::make_unique<Later>()) {}

Place::~Place() {
  if (index_error_ == nullptr) return;
  device().Free(index_error_, sizeof(IndexError), stream());
}

template <class Enqueue>
absl::Status Place::Enqueued(const Op& op, DType dtype, int64_t bytes, const Enqueue& enqueue) {
  Stream& stream = this->stream();
  later_->backlog.Admit(stream, bytes, context_.cancellation);
  const bool is_timed =
      context_.observer != nullptr && later_->times.IsNextTimed(op, context_.phase);
  if (is_timed) later_->times.Report(stream, *context_.observer);
  stream.BeginOp(op.name.c_str(), is_timed);
  absl::Status status = enqueue();
  stream.EndOp();
  if (is_timed) later_->times.Add(op, context_.phase, device().id(), dtype);
  // An op that failed has nothing enqueued that anybody waits for.
  status.Update(stream.TakeEnqueueError());
  return status;
}

absl::Status Place::Run(const Kernel& kernel, const KernelCall& call, const Op& called) {
  if (later_ == nullptr) {
    GRADD_RETURN_IF_ERROR(kernel.run(call));
    return call.stream.TakeEnqueueError();
  }
  return Enqueued(called, call.outputs[0].spec->dtype, BytesOf(call),
                  [&] { return kernel.run(call); });
}

absl::Status Place::RunWork(const Op& op, DType dtype, int64_t bytes,
                            absl::FunctionRef<void()> enqueue) {
  if (later_ == nullptr) {
    enqueue();
    return stream().TakeEnqueueError();
  }
  return Enqueued(op, dtype, bytes, [&] {
    enqueue();
    return absl::OkStatus();
  });
}

absl::Status Place::Synchronize() {
  GRADD_RETURN_IF_ERROR(stream().Synchronize());
  if (later_ != nullptr && context_.observer != nullptr) {
    later_->times.Report(stream(), *context_.observer);
  }
  return absl::OkStatus();
}

absl::Status Place::RunIndexKernel(const Kernel& kernel, KernelCall call) {
  if (index_error_ == nullptr) {
    GRADD_ASSIGN_OR_RETURN(void* const memory, device().Allocate(sizeof(IndexError), stream()));
    index_error_ = static_cast<IndexError*>(memory);
    ClearIndexError();
  }
  call.index_error = index_error_;
  absl::Status status = Run(kernel, call, call.op);
  if (!call.index_check->must_look()) return status;
  // The command after this one must not see a result that may be an error.
  if (status.ok()) status = LookAtIndexError(*call.index_check);
  if (!status.ok()) ClearIndexError();
  return status;
}

absl::Status Place::LookAtIndexError(const IndexCheck& check) {
  IndexError error;
  device().CopyToHost(&error, index_error_, sizeof error, stream());
  GRADD_RETURN_IF_ERROR(Synchronize());
  if (error.found == 0) return absl::OkStatus();
  return check.words() != nullptr ? check.words()(error) : IndexOutOfRange(error);
}

void Place::ClearIndexError() {
  device().CopyFromHost(index_error_, &kNoIndexError, sizeof kNoIndexError, stream());
}

}  // namespace gradd
