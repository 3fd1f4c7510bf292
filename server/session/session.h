// A session: tensors, a graph, optimizers, and the one way in which they change.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "core/base/cancellation.h"
#include "core/device/memory_budget.h"
#include "core/device/stream.h"
#include "core/ops/observer.h"
#include "core/runtime/backend_registry.h"
#include "core/spec/device_id.h"
#include "gradd/v1/command.pb.h"
#include "server/session/blob_store.h"

namespace gradd::server {

class CommandLog;
class SessionState;

struct SessionOptions {
  DeviceId device;                       // default device of its tensors
  uint64_t seed = 0;                     // of its random numbers
  StreamOptions stream;                  // how its work on devices is done
  int64_t max_bytes = int64_t{8} << 30;  // of tensors and blobs
  int64_t max_tensors = 4'000'000;       // handles, also of optimizers
  int64_t max_nodes = 4'000'000;         // of its graphs
  int64_t inline_bytes = 1 << 20;        // larger fetches answer with a blob
  // How long a command may run: what one that was cancelled for that is told.
  absl::Duration command_duration = absl::InfiniteDuration();
  const BackendRegistry* backends = nullptr;  // outlives the session
  RefPtr<MemoryBudget> server_budget;         // may be null
  OpObserver* observer = nullptr;             // may be null; outlives the session
  CommandLog* log = nullptr;  // told of everything that changes the session; may be null
};

// What a session holds, for metrics and GetSession. Any thread may read it.
struct SessionStats {
  std::atomic<int64_t> tensors{0};
  std::atomic<int64_t> nodes{0};
};

// A deterministic state machine over its command log: the same commands in the same order, the same
// seed, device, stream options, build and libraries give the same bits. Everything but blobs(),
// stats() and the budgets is called on the session's strand, one call at a time.
class Session {
 public:
  static absl::StatusOr<std::unique_ptr<Session>> Create(const SessionOptions& options);
  ~Session();

  // Numbers attachments from 1.
  uint32_t Attach();
  // Drops the attachment's handles and blobs. An unknown one is ignored.
  void Detach(uint32_t attachment);

  // The only way in which state changes. Lanes and epochs are honoured: a command of a failed lane
  // is skipped with the root cause. The caller has seen to order and duplicates (server/session/
  // attachment.h). `result` gets the command's sequence, its answer if its kind has one, and a
  // status unless it is OK.
  void Apply(uint32_t attachment, const v1::Command& command, const Cancellation& cancellation,
             v1::Result* result);

  // Thread-safe.
  BlobStore& blobs();
  const SessionStats& stats() const;
  MemoryBudget& budget() const;
  // The part of budget() that the strand's own commands reserve; tests make reservations fail
  // there.
  MemoryBudget& strand_budget() const;

  // A fingerprint of everything that commands can see (server/session/digest.h).
  uint64_t Digest();

  const SessionOptions& options() const;

 private:
  explicit Session(std::unique_ptr<SessionState> state);
  std::unique_ptr<SessionState> state_;
};

// Whether a command's result has to be sent and kept: it has an answer or an error. Of all other
// commands the client hears only that they were applied.
bool IsAnswer(const v1::Result& result);

}  // namespace gradd::server
