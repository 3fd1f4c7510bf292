// Whether the server serves, and who wants to know.
#pragma once

#include <atomic>

#include "absl/container/flat_hash_set.h"

#include "core/base/mutex.h"

namespace gradd::server {

// Thread-safe.
class HealthState {
 public:
  class Watcher {
   public:
    // Must not call back.
    virtual void OnHealthChange() = 0;

   protected:
    ~Watcher() = default;
  };

  bool serving() const { return serving_.load(); }
  void SetServing(bool serving) {
    MutexLock lock(mutex_);
    serving_.store(serving);
    for (Watcher* watcher : watchers_) watcher->OnHealthChange();
  }

  void Add(Watcher& watcher) {
    MutexLock lock(mutex_);
    watchers_.insert(&watcher);
  }
  // After this the watcher is not called any more.
  void Remove(Watcher& watcher) {
    MutexLock lock(mutex_);
    watchers_.erase(&watcher);
  }

 private:
  std::atomic<bool> serving_{false};
  Mutex mutex_;
  absl::flat_hash_set<Watcher*> watchers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace gradd::server
