// Work of one session on one device, done in order.
#pragma once

#include <functional>
#include <utility>

#include "absl/status/status.h"

#include "core/base/ref.h"

namespace gradd {

// On the processor work is done at once, in the caller; on other devices later, so whoever enqueues
// must not assume that it is done before Synchronize. Used by one thread at a time.
class Stream : public RefCounted {
 public:
  // True when enqueued work is done before Enqueue returns.
  bool is_synchronous() const { return is_synchronous_; }
  virtual void Enqueue(std::function<void()> work) = 0;
  // Waits for everything enqueued. An error is a fault of the device and stays.
  virtual absl::Status Synchronize() = 0;
  // What could not be enqueued since the last time somebody asked: what it was to write is not
  // there. OK mostly.
  absl::Status TakeEnqueueError() {
    if (enqueue_error_.ok()) return absl::OkStatus();
    return std::exchange(enqueue_error_, absl::OkStatus());
  }

 protected:
  explicit Stream(bool is_synchronous) : is_synchronous_(is_synchronous) {}
  // Of several errors the first is kept.
  void SetEnqueueError(const absl::Status& error) { enqueue_error_.Update(error); }

 private:
  const bool is_synchronous_;
  absl::Status enqueue_error_;
};

// Enqueue without the cost of a std::function where the work is done at once.
template <class Work>
void Launch(Stream& stream, Work&& work) {
  if (stream.is_synchronous()) {
    work();
  } else {
    stream.Enqueue(std::forward<Work>(work));
  }
}

}  // namespace gradd
