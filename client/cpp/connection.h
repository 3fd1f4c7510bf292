// A user's connection to a server.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "client/cpp/connection_options.h"
#include "client/cpp/source_line.h"
#include "core/base/ref.h"
#include "core/spec/device_id.h"

namespace gradd {
inline namespace client {

class RemoteSession;
class Tensor;

// A session on a server, and the stream on which this client's commands go there. Copies share it.
// Tensors keep it open; when the last copy and the last tensor are gone, what is under way is
// finished and the session ends.
//
// Thread-safe: several threads may use one connection. Commands are applied in the order in which
// they were issued; after a thread's command fails, only what that thread issues is skipped until
// it has caught the error. A tensor that one thread changes in place must not be used by another
// meanwhile.
class Connection {
 public:
  // Opens a connection. Throws gradd::Error when no server answers.
  explicit Connection(ConnectionOptions options = {}, SourceLine source = SourceLine::Here());
  explicit Connection(RefPtr<RemoteSession> session);
  ~Connection();
  Connection(const Connection&);
  Connection(Connection&&) noexcept;
  Connection& operator=(const Connection&);
  Connection& operator=(Connection&&) noexcept;

  // The one that functions without a tensor argument use: what SetDefault said, or else a new one
  // to $GRADD_TARGET.
  static Connection Default(SourceLine source = SourceLine::Here());
  static void SetDefault(Connection connection);
  static void ClearDefault();

  // Where new tensors of the session live.
  DeviceId device() const;
  // What another client needs to attach to the same session.
  const std::string& session_id() const;
  const std::string& secret() const;
  // Another attachment's tensor, under a handle of ours.
  Tensor Import(uint64_t handle, SourceLine source = SourceLine::Here()) const;

  // Sends what has gathered; does not wait.
  void Flush() const;
  // Waits until everything that this thread issued is applied. Throws its first failure.
  void Synchronize(SourceLine source = SourceLine::Here()) const;
  // Ends the session now. Using its tensors afterwards throws.
  void Close() const;

  RemoteSession& session() const { return *session_; }
  const RefPtr<RemoteSession>& session_ref() const { return session_; }

 private:
  RefPtr<RemoteSession> session_;
};

}  // namespace client
}  // namespace gradd
