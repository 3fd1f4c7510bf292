// The user's memory, handed to gRPC without a copy.
#pragma once

#include "absl/strings/string_view.h"
#include <grpcpp/support/slice.h>

#include "core/base/mutex.h"

namespace gradd {
inline namespace client {

// gRPC may hold on to the bytes of a call that has ended, until its connection has let go of them;
// so whoever lends waits here. Thread-safe.
class LentBytes {
 public:
  LentBytes() = default;
  // Waits until everything has come back.
  ~LentBytes() {
    MutexLock lock(mutex_);
    while (lent_ > 0) returned_.Wait(mutex_);
  }
  LentBytes(const LentBytes&) = delete;
  LentBytes& operator=(const LentBytes&) = delete;

  // REQUIRES: `data` is not empty and stays as it is until this is destroyed.
  grpc::Slice Lend(absl::string_view data) {
    {
      MutexLock lock(mutex_);
      ++lent_;
    }
    return grpc::Slice(const_cast<char*>(data.data()), data.size(), &LentBytes::Return, this);
  }

 private:
  static void Return(void* self) {
    auto* const lender = static_cast<LentBytes*>(self);
    MutexLock lock(lender->mutex_);
    // Under the lock: whoever waits destroys this.
    if (--lender->lent_ == 0) lender->returned_.NotifyAll();
  }

  Mutex mutex_;
  ConditionVariable returned_;
  int lent_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace client
}  // namespace gradd
