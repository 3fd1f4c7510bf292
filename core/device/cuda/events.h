// Events of one stream: places in its work that the host can ask about later.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gradd::cuda {

// What the bookkeeping below it (op_timer.h, marks.h) needs of a device. Used by the stream's
// thread; nothing here waits.
class Events {
 public:
  using Event = void*;
  enum class State { kPending, kDone, kFailed };

  virtual ~Events() = default;
  // Null when there are no more.
  virtual Event Create() = 0;
  virtual void Destroy(Event event) = 0;
  // Puts the event after all work enqueued so far, wherever it was before. False: it was not.
  virtual bool Record(Event event) = 0;
  // Whether what is before the event is done. kFailed when that cannot be known any more.
  virtual State Query(Event event) = 0;
  // Nanoseconds from one event that is done to another; negative when they cannot be told.
  virtual int64_t NanosBetween(Event start, Event end) = 0;
  // Whether all work of the stream is done. A stream that has failed does nothing any more.
  virtual bool IsIdle() = 0;
};

// Events to use again, for making one costs the driver more than recording it.
class EventPool {
 public:
  explicit EventPool(Events& events) : events_(events) {}
  ~EventPool() {
    for (const Events::Event event : free_) events_.Destroy(event);
  }
  EventPool(const EventPool&) = delete;
  EventPool& operator=(const EventPool&) = delete;

  // An event just recorded; null when none could be.
  Events::Event TakeRecorded() {
    const Events::Event event = free_.empty() ? events_.Create() : free_.back();
    if (event == nullptr) return nullptr;
    if (!free_.empty()) free_.pop_back();
    if (events_.Record(event)) return event;
    free_.push_back(event);
    return nullptr;
  }
  // The event may still be pending. Null is nothing.
  void Put(Events::Event event) {
    if (event != nullptr) free_.push_back(event);
  }

 private:
  Events& events_;
  std::vector<Events::Event> free_;
};

}  // namespace gradd::cuda
