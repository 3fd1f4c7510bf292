// A client's side of a session: the stream of commands, and what names things on it.
//
// Shared by a Connection and every tensor made through it; the last of them ends it: what is under
// way is finished, the attachment detached, and a session of its own deleted. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "client/cpp/command_log.h"
#include "client/cpp/connection_options.h"
#include "client/cpp/execute_stream.h"
#include "client/cpp/lane.h"
#include "client/cpp/service.h"
#include "core/base/mutex.h"
#include "core/base/ref.h"
#include "core/ops/op.h"
#include "proto/codec/op_call.h"

namespace gradd {
inline namespace client {

class RemoteSession final : public RefCounted {
 public:
  static absl::StatusOr<RefPtr<RemoteSession>> Open(const ConnectionOptions& options);
  ~RemoteSession() override;

  // Ends it before its time; every later call fails.
  void Close();

  const ConnectionOptions& options() const { return options_; }
  const std::string& id() const { return id_; }
  const std::string& secret() const { return secret_; }
  uint32_t attachment() const { return attachment_; }
  DeviceId device() const { return device_; }
  const v1::Limits& limits() const { return limits_; }
  bool sync() const { return *options_.sync; }
  Service& service() { return service_; }
  // Session, secret and attachment; without a place in the command log.
  v1::Scope scope() const;

  // --- Names ---
  Lane& lane() { return lanes_->Current(); }
  // The first of `count` handles in a row, never used before.
  uint64_t NewHandles(Lane& lane, uint64_t count) {
    if (lane.handles_end - lane.next_handle < count) MoreHandles(lane, count);
    return std::exchange(lane.next_handle, lane.next_handle + count);
  }
  // Numbers under which the server knows an op and a source line; 0 for an unknown line.
  uint32_t IdOf(Lane& lane, const Op& op) {
    const auto index = static_cast<size_t>(op.index);
    if (index < lane.op_ids.size() && lane.op_ids[index] != 0) return lane.op_ids[index];
    return DefineOpId(lane, op);
  }
  uint32_t IdOf(Lane& lane, const SourceLine& source) {
    if (source.file == nullptr) return 0;
    Lane::KnownSource& slot = lane.SourceSlot(source);
    if (slot.id == 0 || !(slot.source == source)) slot = {source, DefineSourceId(source)};
    return slot.id;
  }

  // --- Commands ---
  // Sends a call some time soon. An error is the connection's, or in sync mode the call's.
  absl::Status Enqueue(Lane& lane, const codec::OpCall& call, const Attributes& attributes);
  absl::Status Enqueue(Lane& lane, v1::Command& command);
  // Sends at once and waits for what comes of it. After an error the lane goes on as if it had
  // raised an exception.
  absl::StatusOr<v1::Result> Ask(Lane& lane, const codec::OpCall& call,
                                 const Attributes& attributes);
  absl::StatusOr<v1::Result> Ask(Lane& lane, v1::Command& command);
  // Waits until everything that this thread has sent is applied.
  absl::Status Synchronize();
  // Sends what has gathered, without waiting.
  void Flush() { stream_->Follow(CommandLog::kSend); }
  // The handle is needed no more. Never fails.
  void ReleaseHandle(uint64_t handle) {
    if (const unsigned advice = log_.Release(handle); advice != 0) OnReleaseAdvice(advice);
  }

  // Raised by everything that can change what the server would tell about graphs and gradients.
  uint64_t graph_generation() const { return graph_generation_.load(std::memory_order_relaxed); }
  void GraphChanged() { graph_generation_.fetch_add(1, std::memory_order_relaxed); }
  // Guards the caches of all of the session's tensors (described.h); held for look-ups only.
  Mutex& described_mutex() ABSL_LOCK_RETURNED(described_mutex_) { return described_mutex_; }

 private:
  explicit RemoteSession(ConnectionOptions options);
  absl::Status Attach();
  void MoreHandles(Lane& lane, uint64_t count);
  uint32_t DefineOpId(Lane& lane, const Op& op);
  uint32_t DefineSourceId(const SourceLine& source);
  absl::Status Follow(unsigned advice);
  void OnReleaseAdvice(unsigned advice);
  absl::StatusOr<v1::Result> Await(Lane& lane, uint64_t sequence, Answer& answer);
  static CommandLog::Issuer IssuerOf(const Lane& lane) { return {lane.number, lane.epoch}; }

  const ConnectionOptions options_;
  const std::shared_ptr<grpc::Channel> channel_;
  Service service_;
  std::string id_;
  std::string secret_;
  bool owns_session_ = false;
  uint32_t attachment_ = 0;
  DeviceId device_;
  v1::Limits limits_;

  const std::shared_ptr<LanePool> lanes_ = std::make_shared<LanePool>();
  std::atomic<uint64_t> next_handle_ = 1;
  std::atomic<uint64_t> graph_generation_ = 0;
  Mutex described_mutex_;
  Mutex ids_mutex_;
  uint32_t last_id_ ABSL_GUARDED_BY(ids_mutex_) = 0;
  absl::flat_hash_map<int, uint32_t> op_ids_ ABSL_GUARDED_BY(ids_mutex_);
  absl::flat_hash_map<std::pair<const char*, int>, uint32_t> source_ids_
      ABSL_GUARDED_BY(ids_mutex_);

  CommandLog log_;
  std::unique_ptr<ExecuteStream> stream_;
  std::atomic<bool> closed_ = false;
};

}  // namespace client
}  // namespace gradd
