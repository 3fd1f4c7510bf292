// Work of one session on one device, done in order.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "absl/status/status.h"

#include "core/base/ref.h"

namespace gradd {

// What a session chose about how its work on a device is done.
struct StreamOptions {
  // Products of float32 matrices may round their factors to TensorFloat-32, which has 10 bits of
  // fraction instead of 23, where the device multiplies those faster.
  bool allow_tf32 = false;
};

// On the processor work is done at once, in the caller; on other devices later, so whoever enqueues
// must not assume that it is done before Synchronize. Used by one thread at a time.
class Stream : public RefCounted {
 public:
  // True when enqueued work is done before Enqueue returns.
  bool is_synchronous() const { return is_synchronous_; }
  virtual void Enqueue(std::function<void()> work) = 0;
  // Waits for everything enqueued. An error is a fault of the device and stays.
  virtual absl::Status Synchronize() = 0;

  // What is enqueued until EndOp is the work of the op `name`, which profilers of the device show.
  // `timed`: TakeOpTime tells some time later how long it took there. Not nested.
  virtual void BeginOp(const char* /*name*/, bool /*timed*/) {}
  virtual void EndOp() {}
  // The nanoseconds on the device of the timed op that was enqueued first of those not taken yet;
  // nothing before it is done, kUnknownTime if it could not be timed.
  virtual std::optional<int64_t> TakeOpTime() { return std::nullopt; }
  static constexpr int64_t kUnknownTime = -1;

  // A mark after all that was enqueued so far; later marks are larger.
  virtual uint64_t Mark() { return 0; }
  // Whether everything before the mark is done. Never waits.
  virtual bool HasReached(uint64_t /*mark*/) { return true; }

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
