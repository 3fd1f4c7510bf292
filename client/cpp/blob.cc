#include "client/cpp/blob.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/base/status.h"

namespace gradd::inline client {
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

// Writes from `offset` to the end, or as far as it gets.
absl::Status WriteFrom(RemoteSession& session, uint64_t blob, int64_t chunk, int64_t offset,
                       absl::string_view data, int64_t* received) {
  grpc::ClientContext context;
  session.service().Prepare(context);
  v1::WriteBlobResponse response;
  const auto writer = session.service().stub().WriteBlob(&context, &response);
  v1::WriteBlobRequest request;
  *request.mutable_scope() = session.scope();
  request.set_blob(blob);
  request.set_offset(offset);
  const int64_t size = static_cast<int64_t>(data.size());
  do {
    const int64_t bytes = std::min(chunk, size - offset);
    request.set_data(data.data() + offset, static_cast<size_t>(bytes));
    if (!writer->Write(request)) break;
    offset += bytes;
    request.clear_scope();
    request.clear_blob();
    request.clear_offset();
  } while (offset < size);
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  if (!status.ok()) return FromRpcStatus(status);
  *received = response.received();
  return absl::OkStatus();
}

// Appends from where `data` ends, as far as it gets.
absl::Status ReadOn(RemoteSession& session, uint64_t blob, std::string& data) {
  grpc::ClientContext context;
  session.service().Prepare(context);
  v1::ReadBlobRequest request;
  *request.mutable_scope() = session.scope();
  request.set_blob(blob);
  request.set_offset(static_cast<int64_t>(data.size()));
  const auto reader = session.service().stub().ReadBlob(&context, request);
  v1::ReadBlobResponse response;
  bool in_order = true;
  while (in_order && reader->Read(&response)) {
    in_order = response.offset() == static_cast<int64_t>(data.size());
    if (in_order) data.append(response.data());
  }
  if (!in_order) context.TryCancel();
  const grpc::Status status = reader->Finish();
  if (!in_order) return InternalError("BLOB_ORDER", "the server sent chunks out of order");
  return FromRpcStatus(status);
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

absl::StatusOr<std::string> DownloadBlob(RemoteSession& session, uint64_t blob, int64_t size) {
  std::string data;
  data.reserve(static_cast<size_t>(size));
  Retry retry(session.options().reconnect_timeout);
  while (static_cast<int64_t>(data.size()) < size) {
    const size_t before = data.size();
    const absl::Status status = ReadOn(session, blob, data);
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

}  // namespace gradd::inline client
