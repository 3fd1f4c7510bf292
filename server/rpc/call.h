// One RPC, as the code that serves it sees it.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/rpc/status.pb.h"

#include "core/base/ref.h"
#include "server/rpc/message.h"

namespace gradd::server {

// The wire's side. Operations may be started by any thread; none of them waits. Each of Read and
// Write is followed by its event before the next, and Finish or WriteAndFinish comes once, last and
// with no write outstanding.
class Call : public RefCounted {
 public:
  virtual void Read() = 0;
  virtual void Write(absl::Cord message) = 0;
  virtual void Finish(const google::rpc::Status& status) = 0;
  virtual void WriteAndFinish(absl::Cord message) = 0;

  void Finish(const absl::Status& status);
  // Breaks the call off: operations under way fail, the client sees CANCELLED. Finish is still due.
  virtual void Cancel() = 0;

  // Until the client's deadline, infinite without one. The machine's time, not that of a Clock.
  virtual absl::Duration time_left() const = 0;
};

// The server's side: hears what becomes of the call. Events come from the pollers and must not take
// long.
class CallHandler : public RefCounted {
 public:
  // Comes first; begins to read.
  virtual void Start() = 0;
  virtual void OnMessage(Message message) = 0;
  // The client has sent all, or is gone: then OnCancelled comes as well.
  virtual void OnReadsDone() = 0;
  // False: the client is gone.
  virtual void OnWritten(bool /*ok*/) {}
  // The client gave up, its deadline passed, or its connection broke.
  virtual void OnCancelled() {}
  // A timer of this call went off (Timers).
  virtual void OnTimer() {}
  // The server will shut down: end when what was accepted is done.
  virtual void OnDrain() {}
};

}  // namespace gradd::server
