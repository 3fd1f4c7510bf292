// A device: memory and streams. What it computes with is a kernel table (core/kernels).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/ref.h"
#include "core/device/stream.h"
#include "core/spec/device_id.h"

namespace gradd {

// How busy a device is, by all of its processes.
struct DeviceUsage {
  int64_t memory_used = 0;   // bytes
  int64_t memory_total = 0;  // bytes
  // The share of the time, in [0, 1], in which something ran; unknown where nobody measures it.
  std::optional<double> busy;
};

// Thread-safe. Lives until the process ends.
class Device {
 public:
  virtual ~Device() = default;

  virtual DeviceId id() const = 0;
  virtual absl::StatusOr<RefPtr<Stream>> CreateStream(const StreamOptions& options) = 0;

  // Memory that work enqueued on `stream` from now on may use; `bytes` > 0. It holds what its last
  // user left there, who may have been another session: whatever a client can read of it must have
  // been written first, so an op that shows memory as it is must clear it.
  virtual absl::StatusOr<void*> Allocate(size_t bytes, Stream& stream) = 0;
  // The memory may be used by work enqueued on `stream` before. Never waits.
  virtual void Free(void* memory, size_t bytes, Stream& stream) = 0;

  // Bytes kept for requests to come, which are in nobody's budget.
  virtual int64_t cached_bytes() const { return 0; }

  // Copies in the order of the stream. True: `from` is not needed any more. False: it must stay
  // until Synchronize.
  virtual bool CopyFromHost(void* to, const void* from, size_t bytes, Stream& stream) = 0;
  // `to` must stay until Synchronize, and has the bytes then.
  virtual void CopyToHost(void* to, const void* from, size_t bytes, Stream& stream) = 0;
  // Copies from memory of `peer` in the order of both streams: after what `peer_stream` was given
  // before, and before what either is given from now on. False: the devices have no way of their
  // own, and the bytes have to go through the host.
  virtual bool CopyFromPeer(void* /*to*/, Stream& /*stream*/, const void* /*from*/,
                            Device& /*peer*/, Stream& /*peer_stream*/, size_t /*bytes*/) {
    return false;
  }

  // Nothing for devices that have no memory of their own.
  virtual std::optional<DeviceUsage> usage() const { return std::nullopt; }

  // Why the device can do nothing any more in this process; OK until then. It never recovers: the
  // server that sees it stops serving and ends, so that another one can start afresh.
  virtual absl::Status fault() const { return absl::OkStatus(); }
};

}  // namespace gradd
