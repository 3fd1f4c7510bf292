#include "client/cpp/remote_session.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"

#include "client/cpp/channel.h"
#include "client/cpp/failure.h"
#include "core/base/status.h"
#include "proto/codec/tensor_spec.h"

namespace gradd {
inline namespace client {
namespace {

constexpr uint64_t kHandleBlock = 4096;
constexpr int kAttachmentShift = 40;

}  // namespace

RemoteSession::RemoteSession(ConnectionOptions options)
    : options_(std::move(options)),
      channel_(MakeChannel(options_)),
      service_(channel_, MakeMetadata(options_)) {}

absl::StatusOr<RefPtr<RemoteSession>> RemoteSession::Open(const ConnectionOptions& options) {
  RefPtr<RemoteSession> session(new RemoteSession(WithEnvironment(options)));
  if (absl::Status status = session->Attach(); !status.ok()) {
    if (status.code() == absl::StatusCode::kUnavailable ||
        status.code() == absl::StatusCode::kDeadlineExceeded) {
      status = MakeError(
          absl::StatusCode::kUnavailable, "NO_SERVER",
          absl::StrCat("no server answers at ", session->options_.target, ": ", status.message()));
    }
    return status;
  }
  return session;
}

absl::Status RemoteSession::Attach() {
  std::string device_name = options_.device;
  if (options_.session_id.empty()) {
    v1::CreateSessionRequest request;
    request.set_device(options_.device);
    if (options_.seed.has_value()) request.set_seed(*options_.seed);
    request.set_allow_tf32(options_.allow_tf32);
    if (options_.lease.count() > 0) {
      request.mutable_lease()->set_seconds(options_.lease.count() / 1000);
      request.mutable_lease()->set_nanos(
          static_cast<int32_t>(options_.lease.count() % 1000 * 1'000'000));
    }
    GRADD_ASSIGN_OR_RETURN(
        const v1::CreateSessionResponse response,
        service_.Call(&Service::Stub::CreateSession, request, options_.connect_timeout));
    id_ = response.session_id();
    secret_ = response.secret();
    device_name = response.device();
    owns_session_ = true;
  } else {
    id_ = options_.session_id;
    secret_ = options_.secret;
    v1::GetSessionRequest request;
    request.set_session_id(id_);
    request.set_secret(secret_);
    GRADD_ASSIGN_OR_RETURN(
        const v1::GetSessionResponse response,
        service_.Call(&Service::Stub::GetSession, request, options_.connect_timeout));
    device_name = response.device();
  }
  if (!device_name.empty()) {
    GRADD_ASSIGN_OR_RETURN(device_, codec::DecodeDevice(device_name));
  }
  v1::AttachRequest attach;
  attach.set_session_id(id_);
  attach.set_secret(secret_);
  GRADD_ASSIGN_OR_RETURN(const v1::AttachResponse attached,
                         service_.Call(&Service::Stub::Attach, attach, options_.connect_timeout));
  attachment_ = attached.attachment();
  limits_ = attached.limits();

  v1::OpenStream open;
  open.set_session_id(id_);
  open.set_secret(secret_);
  open.set_attachment(attachment_);
  ExecuteStream::Options stream;
  stream.give_up = options_.reconnect_timeout;
  stream.metadata = MakeMetadata(options_);
  if (limits_.message_bytes() > 0) {
    stream.message_bytes =
        std::min(stream.message_bytes, static_cast<size_t>(limits_.message_bytes() / 2));
  }
  stream_ = std::make_unique<ExecuteStream>(channel_, open, &log_, std::move(stream));
  return absl::OkStatus();
}

RemoteSession::~RemoteSession() {
  Close();
  stream_ = nullptr;
}

void RemoteSession::Close() {
  if (closed_.exchange(true)) return;
  lanes_->Close();
  if (stream_ != nullptr) {
    stream_->Close(options_.close_timeout);
    const bool lost = !log_.failure().ok();
    log_.Fail(FailedPrecondition("CONNECTION_CLOSED", "the connection is closed"));
    if (lost) return;
    // Nobody can do anything about a failure here: a lease ends what stays behind.
    v1::DetachRequest detach;
    *detach.mutable_scope() = scope();
    (void)service_.Call(&Service::Stub::Detach, detach, options_.close_timeout);
  }
  if (owns_session_) {
    v1::DeleteSessionRequest request;
    request.set_session_id(id_);
    request.set_secret(secret_);
    (void)service_.Call(&Service::Stub::DeleteSession, request, options_.close_timeout);
  }
}

v1::Scope RemoteSession::scope() const {
  v1::Scope scope;
  scope.set_session_id(id_);
  scope.set_secret(secret_);
  scope.set_attachment(attachment_);
  return scope;
}

void RemoteSession::MoreHandles(Lane& lane, uint64_t count) {
  const uint64_t block = std::max(count, kHandleBlock);
  const uint64_t first = next_handle_.fetch_add(block, std::memory_order_relaxed);
  lane.next_handle = uint64_t{attachment_} << kAttachmentShift | first;
  lane.handles_end = lane.next_handle + block;
}

uint32_t RemoteSession::DefineOpId(Lane& lane, const Op& op) {
  const auto index = static_cast<size_t>(op.index);
  if (lane.op_ids.size() <= index) lane.op_ids.resize(index + 1);
  MutexLock lock(ids_mutex_);
  uint32_t& id = op_ids_[op.index];
  if (id == 0) {
    id = ++last_id_;
    // Under the lock: whoever sees the number comes after the definition.
    log_.Define(id, op.name, op.hash);
  }
  return lane.op_ids[index] = id;
}

uint32_t RemoteSession::DefineSourceId(const SourceLine& source) {
  MutexLock lock(ids_mutex_);
  uint32_t& id = source_ids_[{source.file, source.line}];
  if (id == 0) {
    id = ++last_id_;
    log_.Define(id, source.ToString(), 0);
  }
  return id;
}

absl::Status RemoteSession::Follow(unsigned advice) {
  if (advice == 0) return absl::OkStatus();
  if ((advice & CommandLog::kFailed) != 0) return log_.failure();
  stream_->Follow(advice);
  return absl::OkStatus();
}

void RemoteSession::OnReleaseAdvice(unsigned advice) {
  // Destructors do not wait: a full log makes the next command wait instead.
  advice &= ~unsigned{CommandLog::kFull};
  if (advice != 0 && (advice & CommandLog::kFailed) == 0) stream_->Follow(advice);
}

absl::Status RemoteSession::Enqueue(Lane& lane, const codec::OpCall& call,
                                    const Attributes& attributes) {
  if (sync()) return Ask(lane, call, attributes).status();
  lane.encoded.clear();
  codec::AppendOpCall(call, attributes, &lane.encoded);
  return Follow(log_.AppendCall(IssuerOf(lane), lane.encoded));
}

absl::Status RemoteSession::Enqueue(Lane& lane, v1::Command& command) {
  if (sync()) return Ask(lane, command).status();
  return Follow(log_.Append(IssuerOf(lane), command, nullptr, nullptr));
}

absl::StatusOr<v1::Result> RemoteSession::Ask(Lane& lane, const codec::OpCall& call,
                                              const Attributes& attributes) {
  lane.encoded.clear();
  codec::AppendOpCall(call, attributes, &lane.encoded);
  Answer answer;
  uint64_t sequence = 0;
  GRADD_RETURN_IF_ERROR(Follow(log_.AppendCall(IssuerOf(lane), lane.encoded, &answer, &sequence)));
  return Await(lane, sequence, answer);
}

absl::StatusOr<v1::Result> RemoteSession::Ask(Lane& lane, v1::Command& command) {
  Answer answer;
  uint64_t sequence = 0;
  GRADD_RETURN_IF_ERROR(Follow(log_.Append(IssuerOf(lane), command, &answer, &sequence)));
  return Await(lane, sequence, answer);
}

absl::StatusOr<v1::Result> RemoteSession::Await(Lane& lane, uint64_t sequence, Answer& answer) {
  stream_->Wait([&] { return log_.Done(sequence); });
  log_.Forget(sequence);
  if (!answer.result.has_value()) {
    GRADD_RETURN_IF_ERROR(log_.failure());
    return v1::Result();
  }
  codec::ErrorOrigin origin;
  absl::Status status = codec::DecodeStatus(answer.result->status(), &origin);
  if (status.ok()) return *std::move(answer.result);
  ++lane.epoch;  // the caller raises it, and what it sends next is to run
  return WithOrigin(std::move(status), origin);
}

absl::Status RemoteSession::Synchronize() {
  // A command without calls: applied after everything before it, skipped after a failure.
  v1::Command command;
  command.mutable_forward();
  return Ask(lane(), command).status();
}

}  // namespace client
}  // namespace gradd
