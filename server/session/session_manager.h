// The sessions of the server: made, found, deleted, and ended when their lease runs out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/base/ref.h"
#include "core/base/thread_pool.h"
#include "server/security/session_secrets.h"
#include "server/session/hosted_session.h"

namespace gradd::server {

struct SessionManagerOptions {
  SessionOptions session;  // of every session, where its creator says nothing else
  int max_sessions;
  absl::Duration lease;
  absl::Duration max_lease;
  absl::Duration command_duration;
  CommandObserver* observer = nullptr;  // may be null; outlives the manager
  // Of real time between two looks at the leases.
  absl::Duration reap_interval = absl::Seconds(1);
};

// Thread-safe.
class SessionManager {
 public:
  // Everything referred to outlives the manager.
  SessionManager(SessionManagerOptions options, Clock& clock, ThreadPool& pool,
                 const SessionSecrets& secrets);
  // Ends every session.
  ~SessionManager();

  struct Wish {
    absl::optional<DeviceId> device;
    absl::optional<uint64_t> seed;
    absl::optional<absl::Duration> lease;
    StreamOptions stream;
  };
  using Created = absl::AnyInvocable<void(absl::StatusOr<RefPtr<HostedSession>>)>;
  // Calls `created` on the new session's strand, or at once when there is no room for one.
  void Create(const Wish& wish, Created created);

  // The session, its lease renewed. PERMISSION_DENIED unless the secret is the id's; only then is
  // the session looked for.
  absl::StatusOr<RefPtr<HostedSession>> Find(absl::string_view id, absl::string_view secret);
  // Ends the session.
  absl::Status Delete(absl::string_view id, absl::string_view secret);

  // Ends sessions and attachments whose lease has run out and cancels commands that take too long.
  // Done by a thread of the manager; tests call it themselves.
  void Reap();
  void EndAll();

  std::vector<RefPtr<HostedSession>> All() const;
  const SessionManagerOptions& options() const { return options_; }
  const SessionSecrets& secrets() const { return secrets_; }

 private:
  struct Entry {
    RefPtr<HostedSession> session;
    // What the reaper saw running, and when it saw that first.
    CommandCancels::Name running = CommandCancels::Name::kNone;
    absl::Time running_since;
  };

  absl::Status Reserve();
  void Make(const std::string& id, const SessionOptions& options, absl::Duration lease,
            RefPtr<Strand> strand, Created& created);
  void WatchCommand(Entry& entry, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ReapUntilStopped();

  const SessionManagerOptions options_;
  Clock& clock_;
  ThreadPool& pool_;
  const SessionSecrets& secrets_;

  mutable Mutex mutex_;
  absl::flat_hash_map<std::string, Entry> sessions_ ABSL_GUARDED_BY(mutex_);
  int being_made_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  ConditionVariable stop_;
  std::thread reaper_;
};

}  // namespace gradd::server
