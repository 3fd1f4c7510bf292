// Tensors in, out and away.
#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/ops/op_table.h"
#include "proto/codec/dtype.h"
#include "proto/codec/tensor_spec.h"
#include "server/errors.h"
#include "server/limits.h"
#include "server/session/command_log.h"
#include "server/session/session_state.h"

namespace gradd::server {
namespace {

absl::Status CheckSize(const TensorSpec& spec, int64_t bytes) {
  if (bytes == spec.byte_count()) return absl::OkStatus();
  return InvalidArgument("DATA_SIZE", "a tensor ", ToString(spec), " has ", spec.byte_count(),
                         " bytes, but ", bytes, " were given");
}

absl::StatusOr<Value> FromBlob(SessionState& state, const TensorSpec& spec, uint64_t blob) {
  GRADD_ASSIGN_OR_RETURN(const BlobStore::Content content, state.blobs->Look(blob));
  const RefPtr<Buffer>& buffer = content.buffer;
  const auto bytes =
      absl::MakeConstSpan(static_cast<const char*>(buffer->data()), content.received);
  if (state.options.log != nullptr) {
    state.options.log->OnBlob(blob, buffer->size(), {bytes.data(), bytes.size()});
  }
  if (content.received != buffer->size()) {
    return errors::BlobIncomplete(content.received, buffer->size());
  }
  GRADD_RETURN_IF_ERROR(CheckSize(spec, buffer->size()));
  Value value;
  if (spec.device.kind == DeviceKind::kCpu && spec.dtype != DType::kBool) {
    // The uploaded memory itself becomes the tensor's.
    value = MakeRef<TensorValue>(spec, MakeRef<StorageCell>(buffer));
  } else {
    GRADD_ASSIGN_OR_RETURN(value, state.eager.FromHost(spec, bytes));
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

absl::StatusOr<Definition> MakeDefinition(const SessionState& state,
                                          const v1::Definition& message) {
  // The text, and what holds it.
  constexpr int64_t kOverhead = 160;
  Definition definition;
  GRADD_ASSIGN_OR_RETURN(
      definition.memory,
      Reservation::Take(state.strand_budget,
                        kOverhead + static_cast<int64_t>(message.text().size())));
  definition.source = MakeRef<SourceLine>(message.text());
  if (message.op_hash() == 0) return definition;
  definition.op = FindOp(message.text());
  if (definition.op != nullptr && definition.op->hash != message.op_hash()) {
    definition.op_status = FailedPrecondition(
        "OP_DIFFERS", "the client's op '", definition.op->name, "' is not the server's: they were ",
        "built from different versions of Gradd, and this op changed between them");
  }
  return definition;
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
  }
  return absl::OkStatus();
}

absl::Status ApplyDefine(CommandScope& scope, const v1::DefineRequest& request) {
  auto& definitions = scope.attachment.definitions;
  std::vector<std::pair<uint32_t, Definition>> made;
  for (const v1::Definition& definition : request.definitions()) {
    if (definition.id() == 0 || definition.text().size() > limits::kDefinitionBytes) {
      return InvalidArgument("DEFINITION", "a definition needs a number above 0 and a text of at ",
                             "most ", limits::kDefinitionBytes, " bytes");
    }
    if (definitions.size() + made.size() >= limits::kDefinitions) {
      return errors::TooManyDefinitions(limits::kDefinitions);
    }
    // A definition that comes again replaces the whole of the old one.
    GRADD_ASSIGN_OR_RETURN(Definition entry, MakeDefinition(scope.state, definition));
    made.emplace_back(definition.id(), std::move(entry));
  }
  for (auto& [id, entry] : made) definitions[id] = std::move(entry);
  return absl::OkStatus();
}

absl::Status ApplyImport(CommandScope& scope, const v1::ImportRequest& request) {
  GRADD_RETURN_IF_ERROR(scope.attachment.handles.CheckFree(request.handle()));
  const auto owner = scope.state.attachments.find(
      static_cast<uint32_t>(request.from() >> HandleTable::kAttachmentShift));
  const HandleTable::Entry* entry = owner == scope.state.attachments.end()
                                        ? nullptr
                                        : owner->second->handles.Find(request.from());
  if (entry != nullptr && entry->error) {
    scope.inherited = entry->error;
    return entry->error->status;
  }
  if (entry == nullptr || !entry->value) return HandleNotFound(request.from());
  v1::ImportResponse* response = scope.result->mutable_import();
  codec::EncodeTensorSpec(entry->value->spec(), response->mutable_spec());
  response->set_requires_grad(scope.state.tape.RequiresGrad(entry->value));
  const Value value = entry->value;
  scope.attachment.handles.Define(request.handle(), value);
  return absl::OkStatus();
}

}  // namespace gradd::server
