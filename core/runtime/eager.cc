#include "core/runtime/eager.h"

#include <vector>

#include "core/base/clock.h"
#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/cast/to.h"
#include "core/ops/op_table.h"
#include "core/ops/pointwise/rules.h"
#include "core/ops/view/clone.h"
#include "core/ops/view/copy.h"
#include "core/runtime/known_integers.h"

namespace gradd {
namespace {

DType PredicateType(const Op& op, ValueSpan inputs) {
  absl::InlinedVector<const TensorSpec*, 3> specs;
  for (const Value& input : inputs) specs.push_back(&input->spec());
  return ops::PointwiseComputeType(op, specs, TensorSpec());
}

KernelArgument ArgumentOf(const TensorValue& tensor) {
  return {&tensor.spec(), tensor.data(), {}, tensor.cell().buffer->integer_range()};
}

// The spec of a plain number once it stands for an element of `dtype`.
const TensorSpec& NumberSpec(DType dtype) {
  static const auto* const kSpecs = [] {
    auto* specs = new std::vector<TensorSpec>(kDTypeCount);
    for (int i = 0; i < kDTypeCount; ++i) (*specs)[i].dtype = static_cast<DType>(i);
    return specs;
  }();
  return (*kSpecs)[static_cast<size_t>(dtype)];
}

// More logical elements than a kernel walks through in a reasonable time; expanded tensors can have
// more at no cost in memory.
constexpr int64_t kMaxElements = int64_t{1} << 40;

absl::Status CheckElements(const Op& op, const TensorSpec& spec) {
  if (spec.element_count() <= kMaxElements) return absl::OkStatus();
  return InvalidArgument("SIZE_UNSUPPORTED", op.name, "(): a tensor of ", spec.element_count(),
                         " elements is too large to compute with");
}

// Buffers that live until the kernel has enqueued its work, which is long enough: a device frees in
// the order of its stream.
class CallWorkspace final : public Workspace {
 public:
  explicit CallWorkspace(const RefPtr<BufferPool>& pool) : pool_(pool) {}
  absl::StatusOr<void*> Allocate(int64_t bytes) override {
    GRADD_ASSIGN_OR_RETURN(RefPtr<Buffer> buffer, Buffer::Allocate(pool_, bytes));
    void* const data = buffer->data();
    buffers_.push_back(std::move(buffer));
    return data;
  }

 private:
  const RefPtr<BufferPool>& pool_;
  absl::InlinedVector<RefPtr<Buffer>, 2> buffers_;
};

}  // namespace

absl::Status Eager::CheckDevice(DeviceId device) const {
  if (backends_.Find(device) != nullptr) return absl::OkStatus();
  return InvalidArgument("DEVICE_UNKNOWN", "this server has no device ", ToString(device));
}

absl::StatusOr<Place*> Eager::PlaceFor(DeviceId device) {
  for (const std::unique_ptr<Place>& place : places_) {
    if (place->device().id() == device) return place.get();
  }
  GRADD_RETURN_IF_ERROR(CheckDevice(device));
  const Backend* backend = backends_.Find(device);
  GRADD_ASSIGN_OR_RETURN(RefPtr<Stream> stream, backend->device->CreateStream(options_));
  places_.push_back(std::make_unique<Place>(
      *backend, MakeRef<BufferPool>(*backend->device, std::move(stream), budget_), context_));
  return places_.back().get();
}

absl::StatusOr<Value> Eager::Allocate(Place& place, TensorSpec spec) {
  const std::optional<int64_t> bytes = ByteCount(spec.shape, ItemSize(spec.dtype));
  if (!bytes.has_value()) {
    return InvalidArgument("SIZE_OVERFLOW",
                           "Storage size calculation overflowed with sizes=", ToString(spec.shape));
  }
  GRADD_ASSIGN_OR_RETURN(RefPtr<Buffer> buffer, Buffer::Allocate(place.pool(), *bytes));
  return Value(new TensorValue(std::move(spec), MakeRef<StorageCell>(std::move(buffer))));
}

absl::StatusOr<Values> Eager::Apply(const Op& op, ValueSpan inputs, const Attributes& attributes) {
  const uint64_t start_ticks = ReadTicks();
  absl::InlinedVector<const TensorSpec*, 4> input_specs;
  for (const Value& input : inputs) {
    if (!input || input->kind() == ValueBase::Kind::kWrapped) {
      return InternalError("WRONG_LEVEL", op.name, "(): an input is ",
                           input ? "another interpreter's value" : "missing");
    }
    input_specs.push_back(&input->spec());
  }
  Specs specs;
  GRADD_RETURN_IF_ERROR(InferSpecs(op, input_specs, attributes, specs));
  if (op.expand != nullptr) {
    // Of a composition the observer is told each part.
    GRADD_ASSIGN_OR_RETURN(const Place* const place, PlaceFor(specs[0].device));
    if (place->kernels().Find(op).run == nullptr) return Expand(op, inputs, attributes);
  }
  absl::StatusOr<Values> outputs = op.is_view ? ViewOf(op, inputs[0], std::move(specs[0]))
                                              : Run(op, inputs, attributes, absl::MakeSpan(specs));
  if (context_.observer != nullptr && outputs.ok()) Observe(op, (*outputs)[0]->spec(), start_ticks);
  return outputs;
}

absl::StatusOr<Values> Eager::ViewOf(const Op& op, const Value& input, TensorSpec spec) {
  if (input->kind() != ValueBase::Kind::kBottom) {
    return InvalidArgument("NUMBER_NOT_TENSOR", op.name, "(): the input must be a tensor");
  }
  const RefPtr<TensorValue> tensor = ShareTensor(input);
  // A view that no gradient flows through has no part in its base's history either.
  if (op.vjp == nullptr)
    return Values{MakeRef<TensorValue>(std::move(spec), tensor->shared_cell())};
  return Values{MakeRef<TensorValue>(std::move(spec), tensor)};
}

absl::StatusOr<Values> Eager::Run(const Op& op, ValueSpan inputs, const Attributes& attributes,
                                  absl::Span<TensorSpec> specs) {
  GRADD_ASSIGN_OR_RETURN(Place* const place, PlaceFor(specs[0].device));
  const Kernel kernel = place->kernels().Find(op);
  if (kernel.run == nullptr) {
    return Unimplemented("KERNEL_MISSING", op.name, "(): no kernel for device ",
                         ToString(specs[0].device));
  }
  const DType compute_dtype = op.is_predicate ? PredicateType(op, inputs) : specs[0].dtype;
  Values made;
  absl::InlinedVector<KernelArgument, 4> arguments;
  for (const Value& input : inputs) {
    const TensorSpec& spec = input->spec();
    GRADD_RETURN_IF_ERROR(CheckElements(op, spec));
    if (input->kind() == ValueBase::Kind::kBottom && spec.device == specs[0].device &&
        (!op.is_pointwise || spec.dtype == compute_dtype)) {
      arguments.push_back(ArgumentOf(AsTensor(input)));
      continue;
    }
    GRADD_ASSIGN_OR_RETURN(const KernelArgument argument,
                           Prepare(op, input, compute_dtype, specs[0].device, made));
    arguments.push_back(argument);
  }
  Stream& stream = place->stream();
  CallWorkspace workspace(place->pool());
  if (kernel.count != nullptr) {
    GRADD_ASSIGN_OR_RETURN(const int64_t count,
                           kernel.count({op, arguments, {}, attributes, stream, workspace}));
    specs[0].shape[0] = count;
    specs[0].strides = ContiguousStrides(specs[0].shape);
  }
  absl::StatusOr<Values> outputs(absl::in_place);
  absl::InlinedVector<KernelArgument, 1> results;
  for (TensorSpec& spec : specs) {
    GRADD_ASSIGN_OR_RETURN(Value output, Allocate(*place, std::move(spec)));
    results.push_back(ArgumentOf(AsTensor(output)));
    outputs->push_back(std::move(output));
  }
  IndexCheck check;
  GRADD_RETURN_IF_ERROR(place->Run(kernel, {op, arguments, results, attributes, stream, workspace,
                                            /*index_error=*/nullptr, &check}));
  if (!stream.is_synchronous()) {
    NoteChecked(check.checked(), inputs);
    NoteRanges(op, inputs, attributes, *outputs);
  }
  return outputs;
}

absl::StatusOr<Values> Eager::Expand(const Op& op, ValueSpan inputs, const Attributes& attributes) {
  Values outputs(op.output_count);
  Builder g(*this);
  op.expand(g, op, inputs, attributes, absl::MakeSpan(outputs));
  GRADD_RETURN_IF_ERROR(g.status());
  return outputs;
}

absl::StatusOr<KernelArgument> Eager::Prepare(const Op& op, const Value& input, DType compute_dtype,
                                              DeviceId device, Values& made) {
  if (input->kind() == ValueBase::Kind::kScalar) {
    const Scalar scalar = static_cast<const ScalarValue&>(*input).scalar();
    const DType dtype = op.is_pointwise ? compute_dtype : scalar.dtype();
    KernelArgument argument;
    argument.spec = &NumberSpec(dtype);
    VisitDType(dtype, [&](auto zero) {
      const auto number = scalar.To<decltype(zero)>();
      std::memcpy(argument.number, &number, sizeof number);
    });
    if (op.is_pointwise) return argument;
    // Only pointwise kernels take numbers by value; others get a tensor.
    TensorSpec spec = NumberSpec(dtype);
    spec.device = device;
    GRADD_ASSIGN_OR_RETURN(Value tensor,
                           FromHost(spec, absl::MakeConstSpan(argument.number, ItemSize(dtype))));
    made.push_back(tensor);
    return ArgumentOf(AsTensor(tensor));
  }
  Value value = input;
  if (value->spec().device != device) {
    GRADD_ASSIGN_OR_RETURN(value, Move(value, device));
  }
  if (op.is_pointwise && value->spec().dtype != compute_dtype) {
    GRADD_ASSIGN_OR_RETURN(value, Convert(value, compute_dtype));
  }
  if (value.get() != input.get()) made.push_back(value);
  return ArgumentOf(AsTensor(value));
}

absl::StatusOr<Value> Eager::Convert(const Value& value, DType dtype) {
  TensorSpec spec = TensorSpec::Contiguous(dtype, value->spec().shape, value->spec().device);
  GRADD_ASSIGN_OR_RETURN(
      const Values converted,
      Run(ops::ToOp(), ValueSpan(&value, 1), {dtype, std::monostate()}, absl::MakeSpan(&spec, 1)));
  return converted[0];
}

absl::StatusOr<Value> Eager::Contiguous(const Value& value) {
  const TensorSpec& from = value->spec();
  if (from.IsContiguous()) return value;
  TensorSpec spec = TensorSpec::Contiguous(from.dtype, from.shape, from.device);
  GRADD_ASSIGN_OR_RETURN(const Values copy,
                         Run(ops::CloneOp(), ValueSpan(&value, 1), {}, absl::MakeSpan(&spec, 1)));
  return copy[0];
}

absl::StatusOr<Value> Eager::Move(const Value& value, DeviceId device) {
  const TensorSpec spec = TensorSpec::Contiguous(value->spec().dtype, value->spec().shape, device);
  const int64_t bytes = spec.byte_count();
  GRADD_ASSIGN_OR_RETURN(Place* const from, PlaceFor(value->spec().device));
  GRADD_ASSIGN_OR_RETURN(Place* const to, PlaceFor(device));
  if (from->device().id().kind == device.kind && bytes > 0) {
    GRADD_ASSIGN_OR_RETURN(const Value source, Contiguous(value));
    GRADD_ASSIGN_OR_RETURN(Value moved, Allocate(*to, spec));
    if (to->device().CopyFromPeer(AsTensor(moved).data(), to->stream(), AsTensor(source).data(),
                                  from->device(), from->stream(), bytes)) {
      absl::Status status = from->stream().TakeEnqueueError();
      status.Update(to->stream().TakeEnqueueError());
      GRADD_RETURN_IF_ERROR(status);
      return moved;
    }
  }
  GRADD_ASSIGN_OR_RETURN(const RefPtr<Buffer> host, AllocateHost(bytes));
  GRADD_RETURN_IF_ERROR(ToHost(AsTensor(value), host->data()));
  return FromHost(spec, {static_cast<const char*>(host->data()), static_cast<size_t>(bytes)});
}

absl::StatusOr<Value> Eager::Accumulate(Value sum, const Value& term) {
  static const Op& add = *FindOp("add");
  const TensorValue& target = AsTensor(sum);
  const TensorSpec& spec = target.spec();
  const bool is_own = sum->IsUnique() && !target.base() && target.FillsItsBuffer() &&
                      target.shared_cell()->IsUnique() && target.cell().buffer->IsUnique();
  if (!is_own || term->spec().dtype != spec.dtype || !SameDims(term->spec().shape, spec.shape) ||
      term->spec().device != spec.device) {
    const Value inputs[] = {std::move(sum), term};
    GRADD_ASSIGN_OR_RETURN(const Values added, Apply(add, inputs, {}));
    return added[0];
  }
  const uint64_t start_ticks = ReadTicks();
  GRADD_ASSIGN_OR_RETURN(Place* const place, PlaceFor(spec.device));
  const KernelArgument inputs[] = {ArgumentOf(target), ArgumentOf(AsTensor(term))};
  const KernelArgument output = ArgumentOf(target);
  CallWorkspace workspace(place->pool());
  target.cell().buffer->ForgetIntegerRange();
  GRADD_RETURN_IF_ERROR(
      place->Run(place->kernels().Find(add),
                 {add, inputs, absl::MakeConstSpan(&output, 1), {}, place->stream(), workspace}));
  if (context_.observer != nullptr) Observe(add, spec, start_ticks);
  return sum;
}

absl::Status Eager::Assign(const Value& target_value, const Value& source_value) {
  TensorValue& target = AsTensor(target_value);
  const TensorValue& source = AsTensor(source_value);
  if (target.spec().device == source.spec().device && target.FillsItsBuffer() &&
      source.FillsItsBuffer()) {
    target.cell().buffer = source.cell().buffer;
  } else {
    GRADD_RETURN_IF_ERROR(CopyInto(target, source));
  }
  ++target.cell().version;
  return absl::OkStatus();
}

absl::Status Eager::CopyInto(const TensorValue& target, const TensorValue& source) {
  const uint64_t start_ticks = ReadTicks();
  GRADD_ASSIGN_OR_RETURN(Place* const place, PlaceFor(target.spec().device));
  RefPtr<Buffer>& buffer = target.cell().buffer;
  // What the source reads must not change while it is read: a view of the target itself is copied.
  Value value(const_cast<TensorValue*>(&source));
  if (source.cell().buffer == buffer) {
    GRADD_ASSIGN_OR_RETURN(Values copy, Apply(ops::CloneOp(), ValueSpan(&value, 1), {}));
    value = copy[0];
  }
  Values made;
  GRADD_ASSIGN_OR_RETURN(const KernelArgument from, Prepare(ops::ToOp(), value, target.spec().dtype,
                                                            target.spec().device, made));
  GRADD_RETURN_IF_ERROR(MakeUnique(*place, buffer));
  const KernelArgument to = ArgumentOf(target);
  const Kernel kernel = place->kernels().Find(ops::ToOp());
  CallWorkspace workspace(place->pool());
  buffer->ForgetIntegerRange();
  const Attributes none;
  const KernelCall call = {ops::ToOp(),
                           absl::MakeConstSpan(&from, 1),
                           absl::MakeConstSpan(&to, 1),
                           none,
                           place->stream(),
                           workspace};
  GRADD_RETURN_IF_ERROR(place->Run(kernel, call, ops::CopyOp()));
  if (context_.observer != nullptr) Observe(ops::CopyOp(), target.spec(), start_ticks);
  return absl::OkStatus();
}

absl::Status Eager::MakeUnique(Place& place, RefPtr<Buffer>& buffer) {
  // Somebody else may hold the bytes as they are: they keep them, the cell gets a copy.
  if (buffer->IsUnique()) return absl::OkStatus();
  GRADD_ASSIGN_OR_RETURN(RefPtr<Buffer> copy, Buffer::Allocate(place.pool(), buffer->size()));
  const TensorSpec bytes =
      TensorSpec::Contiguous(DType::kBool, {buffer->size()}, place.device().id());
  const KernelArgument from{&bytes, buffer->data()};
  const KernelArgument to{&bytes, copy->data()};
  const Kernel kernel = place.kernels().Find(ops::CloneOp());
  CallWorkspace workspace(place.pool());
  GRADD_RETURN_IF_ERROR(place.Run(kernel, {ops::CloneOp(),
                                           absl::MakeConstSpan(&from, 1),
                                           absl::MakeConstSpan(&to, 1),
                                           {},
                                           place.stream(),
                                           workspace}));
  buffer = std::move(copy);
  return absl::OkStatus();
}

absl::Status Eager::MakeWritable(const Value& target) {
  TensorValue& tensor = AsTensor(target);
  if (tensor.FillsItsBuffer()) return absl::OkStatus();
  GRADD_ASSIGN_OR_RETURN(Place* const place, PlaceFor(tensor.spec().device));
  return MakeUnique(*place, tensor.cell().buffer);
}

absl::Status Eager::MakeUnique(const Value& target) {
  TensorValue& tensor = AsTensor(target);
  GRADD_ASSIGN_OR_RETURN(Place* const place, PlaceFor(tensor.spec().device));
  return MakeUnique(*place, tensor.cell().buffer);
}

absl::StatusOr<Eager::MultiTensor> Eager::MultiTensorOn(DeviceId device) {
  GRADD_ASSIGN_OR_RETURN(Place* const place, PlaceFor(device));
  const MultiTensorKernels* const kernels = place->kernels().multi_tensor();
  if (kernels == nullptr) {
    return Unimplemented("KERNEL_MISSING",
                         "optimizers and gradient clipping: no kernels for device ",
                         ToString(device));
  }
  return MultiTensor{*kernels, place->stream()};
}

absl::Status Eager::RunWork(const Op& op, DeviceId device, DType dtype, int64_t bytes,
                            absl::FunctionRef<void()> enqueue) {
  const uint64_t start_ticks = ReadTicks();
  GRADD_ASSIGN_OR_RETURN(Place* const place, PlaceFor(device));
  GRADD_RETURN_IF_ERROR(place->RunWork(op, dtype, bytes, enqueue));
  if (context_.observer == nullptr) return absl::OkStatus();
  context_.observer->OnOp({op, context_.phase, device, dtype, bytes, start_ticks, ReadTicks()});
  return absl::OkStatus();
}

absl::StatusOr<Value> Eager::FromHost(const TensorSpec& spec, absl::Span<const char> bytes) {
  GRADD_ASSIGN_OR_RETURN(Place* const place, PlaceFor(spec.device));
  GRADD_ASSIGN_OR_RETURN(
      Value value, Allocate(*place, TensorSpec::Contiguous(spec.dtype, spec.shape, spec.device)));
  if (bytes.empty()) return value;
  std::vector<char> normal;
  if (spec.dtype == DType::kBool) {
    normal.assign(bytes.begin(), bytes.end());
    for (char& byte : normal) byte = byte != 0;
    bytes = normal;
  }
  Stream& stream = place->stream();
  if (!stream.is_synchronous()) {
    const std::optional<IntegerRange> range = RangeOf(spec.dtype, bytes);
    if (range.has_value()) AsTensor(value).cell().buffer->set_integer_range(*range);
  }
  const bool is_taken =
      place->device().CopyFromHost(AsTensor(value).data(), bytes.data(), bytes.size(), stream);
  GRADD_RETURN_IF_ERROR(is_taken ? stream.TakeEnqueueError() : place->Synchronize());
  return value;
}

absl::Status Eager::ToHost(const TensorValue& tensor, void* out) {
  const int64_t bytes = tensor.spec().byte_count();
  GRADD_ASSIGN_OR_RETURN(Place* const place, PlaceFor(tensor.spec().device));
  if (bytes == 0) return place->Synchronize();
  GRADD_ASSIGN_OR_RETURN(const Value value, Contiguous(Value(const_cast<TensorValue*>(&tensor))));
  place->device().CopyToHost(out, AsTensor(value).data(), bytes, place->stream());
  return place->Synchronize();
}

absl::StatusOr<RefPtr<Buffer>> Eager::AllocateHost(int64_t bytes) {
  GRADD_ASSIGN_OR_RETURN(Place* const place, PlaceFor({DeviceKind::kCpu, 0}));
  return Buffer::Allocate(place->pool(), bytes);
}

absl::StatusOr<RefPtr<BufferPool>> Eager::HostPool(RefPtr<MemoryBudget> budget) const {
  const DeviceId host = {DeviceKind::kCpu, 0};
  GRADD_RETURN_IF_ERROR(CheckDevice(host));
  Device& device = *backends_.Find(host)->device;
  GRADD_ASSIGN_OR_RETURN(RefPtr<Stream> stream, device.CreateStream({}));
  return MakeRef<BufferPool>(device, std::move(stream), std::move(budget));
}

absl::Status Eager::Synchronize() {
  for (const std::unique_ptr<Place>& place : places_) {
    GRADD_RETURN_IF_ERROR(place->Synchronize());
  }
  return absl::OkStatus();
}

void Eager::Observe(const Op& op, const TensorSpec& output, uint64_t start_ticks) {
  context_.observer->OnOp({op, context_.phase, output.device, output.dtype, output.byte_count(),
                           start_ticks, ReadTicks()});
}

}  // namespace gradd
