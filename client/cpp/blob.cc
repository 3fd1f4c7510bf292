#include "client/cpp/blob.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include "client/cpp/lent_bytes.h"
#include "client/cpp/raw_call.h"
#include "core/base/status.h"
#include "proto/codec/blob_chunk.h"

namespace gradd {
inline namespace client {
namespace {

using std::chrono::steady_clock;

constexpr auto kCallDeadline = std::chrono::seconds(60);
constexpr int64_t kChunk = 1 << 20;

// Whether, and after what pause, a transfer is tried again.
class Retry {
 public:
  explicit Retry(steady_clock::duration patience) : patience_(patience) {}

  void Progress() {
    trouble_since_ = {};
    pause_ = kFirstPause;
  }
  // False when it makes no sense any more.
  bool Again(const absl::Status& status) {
    if (IsFinal(status.code())) return false;
    const steady_clock::time_point now = steady_clock::now();
    if (trouble_since_ == steady_clock::time_point()) trouble_since_ = now;
    if (now - trouble_since_ > patience_) return false;
    std::this_thread::sleep_for(pause_);
    pause_ = std::min<steady_clock::duration>(2 * pause_, std::chrono::seconds(2));
    return true;
  }

 private:
  static constexpr steady_clock::duration kFirstPause = std::chrono::milliseconds(20);
  const steady_clock::duration patience_;
  steady_clock::duration pause_ = kFirstPause;
  steady_clock::time_point trouble_since_;
};

// A download comes in pieces of memory that gRPC allocates and that are freed at once. Untaught,
// malloc gives each back to the system and gets the next one from there, page fault by page fault.
// When a large block is freed it learns to keep that much (M_MMAP_THRESHOLD in mallopt(3)), unless
// the program has set the thresholds itself.
void TeachMallocToKeepMemory() {
  static const bool taught = [] {
    constexpr size_t kBlock = size_t{31} << 20;  // of more than 32 MB it learns nothing
    void* volatile block = std::malloc(kBlock);
    std::free(block);
    return true;
  }();
  (void)taught;
}

// One message: the head and the data behind it.
grpc::ByteBuffer Chunk(const v1::WriteBlobRequest& head, absl::string_view data, LentBytes& lent) {
  const std::string start = codec::WriteBlobHead(head, data.size());
  const grpc::Slice slices[] = {grpc::Slice(start), lent.Lend(data)};
  return grpc::ByteBuffer(slices, 2);
}

// Writes from `offset` to the end, or as far as it gets.
absl::Status WriteFrom(RemoteSession& session, uint64_t blob, int64_t chunk, int64_t offset,
                       absl::string_view data, int64_t* received) {
  LentBytes lent;  // after the call, waits for what gRPC still has of it
  RawCall call(session.service().channel());
  session.service().Prepare(call.context());
  call.Start("/gradd.v1.GradientService/WriteBlob");
  v1::WriteBlobRequest head;
  *head.mutable_scope() = session.scope();
  head.set_blob(blob);
  head.set_offset(offset);
  bool writing = true;
  for (auto at = static_cast<size_t>(offset); writing && at < data.size();) {
    const absl::string_view part = data.substr(at, static_cast<size_t>(chunk));
    writing = call.Write(Chunk(head, part, lent));
    head.Clear();
    at += part.size();
  }
  grpc::ByteBuffer message;
  v1::WriteBlobResponse response;
  bool answered = writing && call.WritesDone() && call.Read(&message);
  if (answered) {
    grpc::ProtoBufferReader reader(&message);
    answered = response.ParseFromZeroCopyStream(&reader);
  }
  GRADD_RETURN_IF_ERROR(call.Finish());
  if (!answered) return InternalError("BAD_ANSWER", "the server did not answer to an upload");
  *received = response.received();
  return absl::OkStatus();
}

// Appends from where `data` ends, as far as it gets.
absl::Status ReadOn(RemoteSession& session, uint64_t blob, size_t size, HostBytes& data) {
  RawCall call(session.service().channel());
  session.service().Prepare(call.context());
  call.Start("/gradd.v1.GradientService/ReadBlob");
  v1::ReadBlobRequest request;
  *request.mutable_scope() = session.scope();
  request.set_blob(blob);
  request.set_offset(static_cast<int64_t>(data.size()));
  const grpc::Slice bytes(request.SerializeAsString());
  grpc::ByteBuffer message;
  bool good = true;
  if (call.Write(grpc::ByteBuffer(&bytes, 1)) && call.WritesDone()) {
    while (good && call.Read(&message)) {
      grpc::ProtoBufferReader reader(&message);
      good = codec::ReadBlobPart(&reader, data.size(), size, [&data](absl::string_view part) {
        data.append(part.data(), part.size());
      });
    }
  }
  if (!good) call.context().TryCancel();
  const absl::Status status = call.Finish();
  if (!good) return InternalError("BLOB_ORDER", "the server sent another chunk than the next");
  return status;
}

}  // namespace

absl::StatusOr<uint64_t> UploadBlob(RemoteSession& session, absl::string_view data) {
  Service& service = session.service();
  v1::CreateBlobRequest create;
  *create.mutable_scope() = session.scope();
  create.set_size(static_cast<int64_t>(data.size()));
  GRADD_ASSIGN_OR_RETURN(const v1::CreateBlobResponse blob,
                         service.Call(&Service::Stub::CreateBlob, create, kCallDeadline));
  const int64_t chunk = blob.max_chunk() > 0 ? std::min(blob.max_chunk(), kChunk) : kChunk;
  const int64_t size = static_cast<int64_t>(data.size());
  Retry retry(session.options().reconnect_timeout);
  int64_t received = 0;
  while (received < size) {
    const int64_t before = received;
    absl::Status status = WriteFrom(session, blob.blob(), chunk, before, data, &received);
    if (status.ok() && received > before) {
      retry.Progress();
      continue;
    }
    if (!retry.Again(status)) return status;
    v1::GetBlobRequest get;
    *get.mutable_scope() = session.scope();
    get.set_blob(blob.blob());
    absl::StatusOr<v1::GetBlobResponse> state =
        service.Call(&Service::Stub::GetBlob, get, kCallDeadline);
    if (!state.ok()) {
      if (!retry.Again(state.status())) return state.status();
      continue;
    }
    received = std::clamp<int64_t>(state->received(), 0, size);
    if (received > before) retry.Progress();
  }
  return blob.blob();
}

absl::StatusOr<HostBytes> DownloadBlob(RemoteSession& session, uint64_t blob, int64_t size) {
  TeachMallocToKeepMemory();
  HostBytes data;
  data.reserve(static_cast<size_t>(size));
  Retry retry(session.options().reconnect_timeout);
  while (static_cast<int64_t>(data.size()) < size) {
    const size_t before = data.size();
    const absl::Status status = ReadOn(session, blob, static_cast<size_t>(size), data);
    if (data.size() > before) {
      retry.Progress();
    } else if (status.ok()) {
      return InternalError("BLOB_SHORT", "the server's blob ends after ", data.size(), " of ", size,
                           " bytes");
    } else if (!retry.Again(status)) {
      return status;
    }
  }
  v1::DeleteBlobRequest request;
  *request.mutable_scope() = session.scope();
  request.set_blob(blob);
  // A blob that stays behind ends with its session.
  (void)session.service().Call(&Service::Stub::DeleteBlob, request, kCallDeadline);
  return data;
}

}  // namespace client
}  // namespace gradd
