#include "client/cpp/connection.h"

#include <optional>
#include <utility>

#include "client/cpp/call.h"
#include "client/cpp/failure.h"
#include "client/cpp/remote_session.h"
#include "client/cpp/remote_value.h"
#include "client/cpp/tensor.h"
#include "core/base/mutex.h"
#include "proto/codec/tensor_spec.h"

namespace gradd {
inline namespace client {
namespace {

struct DefaultConnection {
  Mutex mutex;
  std::optional<Connection> connection ABSL_GUARDED_BY(mutex);
};

// Ends with the program, so that its session does not wait for its lease.
DefaultConnection& TheDefault() {
  static DefaultConnection the_default;
  return the_default;
}

RefPtr<RemoteSession> Open(const ConnectionOptions& options, SourceLine source) {
  absl::StatusOr<RefPtr<RemoteSession>> session = RemoteSession::Open(options);
  ThrowIfError(session.status(), "connect", source);
  return *std::move(session);
}

}  // namespace

Connection::Connection(ConnectionOptions options, SourceLine source)
    : session_(Open(options, source)) {}
Connection::Connection(RefPtr<RemoteSession> session) : session_(std::move(session)) {}
Connection::~Connection() = default;
Connection::Connection(const Connection&) = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(const Connection&) = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

Connection Connection::Default(SourceLine source) {
  DefaultConnection& shared = TheDefault();
  MutexLock lock(shared.mutex);
  if (!shared.connection.has_value()) shared.connection.emplace(ConnectionOptions(), source);
  return *shared.connection;
}

void Connection::SetDefault(Connection connection) {
  DefaultConnection& shared = TheDefault();
  MutexLock lock(shared.mutex);
  shared.connection = std::move(connection);
}

void Connection::ClearDefault() {
  DefaultConnection& shared = TheDefault();
  MutexLock lock(shared.mutex);
  shared.connection.reset();
}

DeviceId Connection::device() const { return session_->device(); }
const std::string& Connection::session_id() const { return session_->id(); }
const std::string& Connection::secret() const { return session_->secret(); }

Tensor Connection::Import(uint64_t handle, SourceLine source) const {
  Lane& lane = session_->lane();
  v1::Command command;
  v1::ImportRequest& request = *command.mutable_import();
  request.set_from(handle);
  request.set_handle(session_->NewHandles(lane, 1));
  const v1::Result result = Ask(*session_, lane, command, "import", source);
  absl::StatusOr<TensorSpec> spec =
      codec::DecodeTensorSpec(result.import().spec(), session_->device());
  ThrowIfError(spec.status(), "import", source);
  const Tracking tracking = result.import().requires_grad() ? Tracking::kYes : Tracking::kNo;
  return Tensor(MakeRef<RemoteValue>(session_, request.handle(), *std::move(spec), tracking));
}

void Connection::Flush() const { session_->Flush(); }
void Connection::Synchronize(SourceLine source) const {
  ThrowIfError(session_->Synchronize(), "synchronize", source);
}
void Connection::Close() const { session_->Close(); }

}  // namespace client
}  // namespace gradd
