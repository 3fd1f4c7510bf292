// A thread's place in a connection.
//
// Each thread that uses a connection is a lane of its attachment: after a command fails, the server
// skips what the same lane sent later, which is what an exception at that line would have done. A
// lane's state is touched by its thread only, so the path of an op takes no lock for it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "client/cpp/source_line.h"
#include "core/base/mutex.h"

namespace gradd {
inline namespace client {

struct Lane {
  explicit Lane(uint32_t lane_number) : number(lane_number) {}

  const uint32_t number;
  // Commands of an epoch in which one failed are skipped; raised with each error that is thrown.
  uint32_t epoch = 0;

  // Handles that this lane may still give out: next_handle up to, but not with, handles_end.
  uint64_t next_handle = 0;
  uint64_t handles_end = 0;

  // Numbers of ops by Op::index, and of the source lines used last. 0: to be looked up.
  std::vector<uint32_t> op_ids;
  struct KnownSource {
    SourceLine source;
    uint32_t id = 0;
  };
  std::array<KnownSource, 64> sources;
  KnownSource& SourceSlot(const SourceLine& source) {
    const auto file = reinterpret_cast<uintptr_t>(source.file);
    return sources[(file ^ static_cast<uintptr_t>(source.line)) % sources.size()];
  }

  std::string encoded;  // the call being written; kept for its capacity
};

// The lanes of a connection. A thread gets one when it first asks, and gives it back when it ends.
class LanePool : public std::enable_shared_from_this<LanePool> {
 public:
  // The calling thread's lane. Valid until the thread ends.
  Lane& Current();
  // After this, threads forget the pool as they come by.
  void Close() { closed_.store(true, std::memory_order_relaxed); }

 private:
  friend struct ThreadLanes;
  Lane& Borrow();
  void Return(Lane& lane);
  bool closed() const { return closed_.load(std::memory_order_relaxed); }

  std::atomic<bool> closed_ = false;
  Mutex mutex_;
  std::vector<std::unique_ptr<Lane>> lanes_ ABSL_GUARDED_BY(mutex_);
  std::vector<Lane*> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace client
}  // namespace gradd
