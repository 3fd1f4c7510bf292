#include "server/session/session_manager.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "server/errors.h"
#include "server/limits.h"

namespace gradd::server {
namespace {

uint64_t RandomSeed() {
  uint64_t seed = 0;
  for (const char c : RandomHex(8))
    seed = seed << 4 | static_cast<uint64_t>(c >= 'a' ? c - 'a' + 10 : c - '0');
  return seed;
}

}  // namespace

SessionManager::SessionManager(SessionManagerOptions options, Clock& clock, ThreadPool& pool,
                               const SessionSecrets& secrets)
    : options_(std::move(options)), clock_(clock), pool_(pool), secrets_(secrets) {
  reaper_ = std::thread([this] { ReapUntilStopped(); });
}

SessionManager::~SessionManager() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  stop_.NotifyAll();
  reaper_.join();
  EndAll();
}

absl::Status SessionManager::Reserve() {
  MutexLock lock(mutex_);
  if (static_cast<int>(sessions_.size()) + being_made_ >= options_.max_sessions) {
    return errors::TooManySessions(options_.max_sessions);
  }
  ++being_made_;
  return absl::OkStatus();
}

void SessionManager::Create(const Wish& wish, Created created) {
  if (absl::Status status = Reserve(); !status.ok()) return created(std::move(status));
  SessionOptions options = options_.session;
  if (wish.device) options.device = *wish.device;
  options.command_duration = options_.command_duration;
  options.seed = wish.seed ? *wish.seed : RandomSeed();
  options.stream = wish.stream;
  const absl::Duration lease =
      std::clamp(wish.lease ? *wish.lease : options_.lease, limits::kMinLease, options_.max_lease);
  auto strand = MakeRef<Strand>(pool_);
  Strand& made_on = *strand;
  made_on.Post([this, options, lease, strand = std::move(strand), created = std::move(created),
                id = secrets_.NewId()]() mutable { Make(id, options, lease, strand, created); });
}

void SessionManager::Make(const std::string& id, const SessionOptions& options,
                          absl::Duration lease, RefPtr<Strand> strand, Created& created) {
  absl::StatusOr<std::unique_ptr<Session>> session = Session::Create(options);
  RefPtr<HostedSession> hosted;
  if (session.ok()) {
    hosted = MakeRef<HostedSession>(id, lease, clock_, std::move(strand), *std::move(session),
                                    options_.observer);
  }
  {
    MutexLock lock(mutex_);
    --being_made_;
    if (hosted) sessions_[id].session = hosted;
  }
  if (!hosted) return created(session.status());
  created(std::move(hosted));
}

absl::StatusOr<RefPtr<HostedSession>> SessionManager::Find(absl::string_view id,
                                                           absl::string_view secret) {
  if (id.size() > limits::kSessionIdBytes || !secrets_.Verify(id, secret)) {
    return errors::WrongSecret();
  }
  MutexLock lock(mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return errors::SessionNotFound();
  // The reaper may be late.
  if (found->second.session->lease_left() <= absl::ZeroDuration()) return errors::SessionNotFound();
  found->second.session->Renew();
  return found->second.session;
}

absl::Status SessionManager::Delete(absl::string_view id, absl::string_view secret) {
  GRADD_ASSIGN_OR_RETURN(const RefPtr<HostedSession> session, Find(id, secret));
  {
    MutexLock lock(mutex_);
    if (sessions_.erase(session->id()) == 0) return errors::SessionNotFound();
  }
  session->End();
  return absl::OkStatus();
}

void SessionManager::Reap() {
  std::vector<RefPtr<HostedSession>> live, over;
  {
    const absl::Time now = clock_.Now();
    MutexLock lock(mutex_);
    for (auto entry = sessions_.begin(); entry != sessions_.end();) {
      const auto current = entry++;
      WatchCommand(current->second, now);
      if (current->second.session->lease_left() > absl::ZeroDuration()) {
        live.push_back(current->second.session);
        continue;
      }
      over.push_back(std::move(current->second.session));
      sessions_.erase(current);
    }
  }
  for (const RefPtr<HostedSession>& session : over) session->End();
  for (const RefPtr<HostedSession>& session : live) session->ReapAttachments();
}

void SessionManager::WatchCommand(Entry& entry, absl::Time now) {
  CommandCancels& cancels = entry.session->cancels();
  const CommandCancels::Name running = cancels.running();
  // A unary call holds no lease, and its command may take longer than that lasts.
  if (running != CommandCancels::Name::kNone) entry.session->Renew();
  if (running != entry.running) {
    entry.running = running;
    entry.running_since = now;
  } else if (running != CommandCancels::Name::kNone &&
             now - entry.running_since > options_.command_duration) {
    cancels.CancelSlow(running);
  }
}

void SessionManager::EndAll() {
  absl::flat_hash_map<std::string, Entry> sessions;
  {
    MutexLock lock(mutex_);
    sessions.swap(sessions_);
  }
  for (const auto& [id, entry] : sessions) entry.session->End();
}

std::vector<RefPtr<HostedSession>> SessionManager::All() const {
  MutexLock lock(mutex_);
  std::vector<RefPtr<HostedSession>> all;
  all.reserve(sessions_.size());
  for (const auto& [id, entry] : sessions_) all.push_back(entry.session);
  return all;
}

void SessionManager::ReapUntilStopped() {
  for (;;) {
    {
      MutexLock lock(mutex_);
      if (!stopping_) stop_.WaitFor(mutex_, absl::ToChronoNanoseconds(options_.reap_interval));
      if (stopping_) return;
    }
    Reap();
  }
}

}  // namespace gradd::server
