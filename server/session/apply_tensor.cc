// Tensors in, out and away.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/ops/op_table.h"
#include "proto/codec/dtype.h"
#include "proto/codec/tensor_spec.h"
#include "server/session/session_state.h"

namespace gradd::server {
namespace {

absl::Status CheckSize(const TensorSpec& spec, int64_t bytes) {
  if (bytes == spec.byte_count()) return absl::OkStatus();
  return InvalidArgument("DATA_SIZE", "a tensor ", ToString(spec), " has ", spec.byte_count(),
                         " bytes, but ", bytes, " were given");
}

absl::StatusOr<Value> FromBlob(SessionState& state, const TensorSpec& spec, uint64_t blob) {
  GRADD_ASSIGN_OR_RETURN(const RefPtr<Buffer> buffer, state.blobs->Read(blob));
  GRADD_RETURN_IF_ERROR(CheckSize(spec, buffer->size()));
  Value value;
  if (spec.device.kind == DeviceKind::kCpu && spec.dtype != DType::kBool) {
    // The uploaded memory itself becomes the tensor's.
    value = MakeRef<TensorValue>(spec, MakeRef<StorageCell>(buffer));
  } else {
    GRADD_ASSIGN_OR_RETURN(
        value,
        state.eager.FromHost(
            spec, absl::MakeConstSpan(static_cast<const char*>(buffer->data()), buffer->size())));
  }
  state.blobs->Delete(blob);
  return value;
}

// The elements as host memory that nobody writes any more.
absl::StatusOr<RefPtr<Buffer>> Snapshot(SessionState& state, const TensorValue& tensor) {
  if (tensor.spec().device.kind == DeviceKind::kCpu && tensor.FillsItsBuffer()) {
    return tensor.cell().buffer;  // whoever writes the tensor next gives it another
  }
  GRADD_ASSIGN_OR_RETURN(RefPtr<Buffer> buffer,
                         state.eager.AllocateHost(tensor.spec().byte_count()));
  GRADD_RETURN_IF_ERROR(state.eager.ToHost(tensor, buffer->data()));
  return buffer;
}

}  // namespace

absl::Status ApplyCreateTensor(CommandScope& scope, const v1::CreateTensorRequest& request) {
  SessionState& state = scope.state;
  scope.SetSource(request.source_id(), request.source());
  GRADD_RETURN_IF_ERROR(scope.attachment.handles.CheckFree(request.handle()));
  GRADD_ASSIGN_OR_RETURN(TensorSpec spec,
                         codec::DecodeTensorSpec(request.spec(), state.options.device));
  GRADD_RETURN_IF_ERROR(state.eager.CheckDevice(spec.device));
  spec = TensorSpec::Contiguous(spec.dtype, spec.shape, spec.device);
  if (request.requires_grad() && !IsFloating(spec.dtype)) {
    return InvalidArgument(
        "NOT_FLOATING", "only Tensors of floating point and complex dtype can require gradients");
  }
  Value value;
  if (request.blob() != 0) {
    GRADD_ASSIGN_OR_RETURN(value, FromBlob(state, spec, request.blob()));
  } else {
    GRADD_RETURN_IF_ERROR(CheckSize(spec, static_cast<int64_t>(request.data().size())));
    GRADD_ASSIGN_OR_RETURN(value, state.eager.FromHost(spec, request.data()));
  }
  if (request.requires_grad()) GRADD_RETURN_IF_ERROR(state.tape.SetRequiresGrad(value, true));
  scope.attachment.handles.Define(request.handle(), std::move(value));
  return absl::OkStatus();
}

absl::Status ApplyFetch(CommandScope& scope, const v1::FetchRequest& request) {
  SessionState& state = scope.state;
  scope.SetSource(request.source_id(), request.source());
  GRADD_ASSIGN_OR_RETURN(const Value value, scope.Resolve(request.handle()));
  const TensorValue& tensor = AsTensor(value);
  const TensorSpec& spec = tensor.spec();
  v1::FetchResponse* response = scope.result->mutable_fetch();
  response->mutable_tensor()->set_dtype(codec::EncodeDType(spec.dtype));
  for (const int64_t size : spec.shape) response->mutable_tensor()->add_shape(size);
  int64_t inline_bytes = state.options.inline_bytes;
  if (request.inline_bytes() > 0) inline_bytes = std::min(inline_bytes, request.inline_bytes());
  if (spec.byte_count() > inline_bytes) {
    GRADD_ASSIGN_OR_RETURN(RefPtr<Buffer> snapshot, Snapshot(state, tensor));
    GRADD_ASSIGN_OR_RETURN(const uint64_t blob,
                           state.blobs->Add(std::move(snapshot), scope.attachment.number));
    response->set_blob(blob);
    return absl::OkStatus();
  }
  std::string* data = response->mutable_tensor()->mutable_data();
  data->resize(spec.byte_count());
  return state.eager.ToHost(tensor, data->data());
}

absl::Status ApplyRelease(CommandScope& scope, const v1::ReleaseRequest& request) {
  for (const uint64_t handle : request.handles()) {
    scope.attachment.handles.Release(handle);
    scope.attachment.optimizers.erase(handle);
    scope.attachment.failed_optimizers.erase(handle);
  }
  return absl::OkStatus();
}

absl::Status ApplyDefine(CommandScope& scope, const v1::DefineRequest& request) {
  constexpr size_t kMaxDefinitions = 1 << 20;
  constexpr size_t kMaxText = 1024;
  for (const v1::Definition& definition : request.definitions()) {
    if (definition.id() == 0 || definition.text().size() > kMaxText) {
      return InvalidArgument("DEFINITION", "a definition needs a number above 0 and a text of at ",
                             "most ", kMaxText, " bytes");
    }
    if (scope.attachment.definitions.size() >= kMaxDefinitions) {
      return ResourceExhausted("QUOTA_DEFINITIONS", "the attachment has ", kMaxDefinitions,
                               " definitions, which is as many as it may have");
    }
    Definition& entry = scope.attachment.definitions[definition.id()];
    entry.source = MakeRef<SourceLine>(definition.text());
    if (definition.op_hash() == 0) continue;
    entry.op = FindOp(definition.text());
    if (entry.op != nullptr && entry.op->hash != definition.op_hash()) {
      entry.op_status = FailedPrecondition(
          "OP_DIFFERS", "the client's op '", entry.op->name, "' is not the server's: they were ",
          "built from different versions of Gradd, and this op changed between them");
    }
  }
  return absl::OkStatus();
}

absl::Status ApplyImport(CommandScope& scope, const v1::ImportRequest& request) {
  GRADD_RETURN_IF_ERROR(scope.attachment.handles.CheckFree(request.handle()));
  const auto owner = scope.state.attachments.find(
      static_cast<uint32_t>(request.from() >> HandleTable::kAttachmentShift));
  const HandleTable::Entry* entry = owner == scope.state.attachments.end()
                                        ? nullptr
                                        : owner->second->handles.Find(request.from());
  if (entry == nullptr) return HandleNotFound(request.from());
  if (entry->error) {
    scope.inherited = entry->error;
    return entry->error->status;
  }
  v1::ImportResponse* response = scope.result->mutable_import();
  codec::EncodeTensorSpec(entry->value->spec(), response->mutable_spec());
  response->set_requires_grad(scope.state.tape.RequiresGrad(entry->value));
  const Value value = entry->value;
  scope.attachment.handles.Define(request.handle(), value);
  return absl::OkStatus();
}

}  // namespace gradd::server
