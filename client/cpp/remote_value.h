// A tensor on a server, as the client knows it: a handle, a spec, and its place in autograd.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "client/cpp/remote_session.h"
#include "core/ops/value.h"

namespace gradd {
inline namespace client {

// Whether a tensor requires grad. Only of a gradient that was made with create_graph the client
// cannot tell; then it asks when it has to know.
enum class Tracking : uint8_t { kNo, kYes, kUnknown };

// Owns the handle: the server is told when the last reference goes. Several threads may use it; who
// changes it, in place or by SetTracking, does so alone. What a look at the server finds out is no
// change: the flags are atomic for its sake.
class RemoteValue final : public ValueBase {
 public:
  RemoteValue(RefPtr<RemoteSession> session, uint64_t handle, TensorSpec spec, Tracking tracking)
      : ValueBase(Kind::kBottom, std::move(spec)),
        session_(std::move(session)),
        handle_(handle),
        flags_(Flags{tracking, tracking == Tracking::kNo}) {}
  ~RemoteValue() override {
    if (handle_ != 0) session_->ReleaseHandle(handle_);
  }

  RemoteSession& session() const { return *session_; }
  const RefPtr<RemoteSession>& session_ref() const { return session_; }
  uint64_t handle() const { return handle_; }

  Tracking tracking() const {
    const Tracking own = flags().tracking;
    if (own == Tracking::kYes || !base_) return own;
    return base_->rewrites_ != base_rewrites_ ? base_->tracking() : own;
  }
  // What a user made, or what requires no grad.
  bool is_leaf() const {
    const Tracking now = tracking();
    const Flags own = flags();
    return now == Tracking::kNo || (own.tracking == now && own.leaf);
  }
  void SetTracking(Tracking tracking, bool leaf) {
    flags_.store({tracking, leaf}, std::memory_order_relaxed);
  }
  // An in-place op was recorded on this tensor, or on a view of it: its views follow.
  void Rewrite(Tracking tracking) {
    SetTracking(tracking, false);
    ++rewrites_;
    if (base_) base_->Rewrite(tracking);
  }

  // The tensor whose storage this one views; null for a tensor with storage of its own.
  const RefPtr<RemoteValue>& base() const { return base_; }
  // What is recorded on the base from now on counts for this view too.
  void SetBase(RefPtr<RemoteValue> base) {
    base_rewrites_ = base->rewrites_;
    base_ = std::move(base);
  }

  // The server made no tensor of this handle after all, or it became known later what it is.
  void ForgetHandle() { handle_ = 0; }
  void SetSpec(TensorSpec spec) { spec_ = std::move(spec); }

  // What was last looked up on the server; see described.h. Hold the session's described_mutex().
  std::shared_ptr<struct Described>& described() { return described_; }

 private:
  struct Flags {
    Tracking tracking;
    bool leaf;
  };
  Flags flags() const { return flags_.load(std::memory_order_relaxed); }

  const RefPtr<RemoteSession> session_;
  uint64_t handle_;
  std::atomic<Flags> flags_;
  uint64_t rewrites_ = 0;       // of this tensor's history
  uint64_t base_rewrites_ = 0;  // that this view was made after
  RefPtr<RemoteValue> base_;
  std::shared_ptr<struct Described> described_;
};

}  // namespace client
}  // namespace gradd
