// The callback API: gRPC's threads call the reactor, the caller waits on a condition variable.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

#include "rpc_api.grpc.pb.h"

#include "bench/rpc_api/client_api.h"

namespace gradd::bench {
namespace {

constexpr size_t kQueuedWrites = 16;

class CallbackStream final : public ClientStream,
                             public grpc::ClientBidiReactor<StreamRequest, StreamReply> {
 public:
  explicit CallbackStream(Streaming::Stub* stub) {
    stub->async()->Execute(&context_, this);
    StartRead(&reply_);
    // Writes come from the caller's thread, outside a reaction; the hold is dropped in Close.
    AddHold();
    StartCall();
  }

  void Send(const StreamRequest& request, bool more) override {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return queue_.size() < kQueuedWrites; });
    if (writing_) {
      queue_.emplace_back(&request, more);
      return;
    }
    writing_ = true;
    lock.unlock();
    StartWrite(&request, Buffered(more));
  }
  void WaitApplied(uint64_t count) override {
    std::unique_lock lock(mutex_);
    waiting_for_ = count;
    wake_.wait(lock, [this, count] { return applied_ >= count || done_; });
    Require(applied_ >= count, "read");
  }
  grpc::Status Close() override {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return !writing_; });
    lock.unlock();
    StartWritesDone();
    RemoveHold();
    lock.lock();
    wake_.wait(lock, [this] { return done_; });
    return status_;
  }

  void OnWriteDone(bool ok) override {
    Require(ok, "write");
    std::pair<const StreamRequest*, bool> next{};
    {
      std::lock_guard lock(mutex_);
      if (queue_.empty()) {
        writing_ = false;
      } else {
        next = queue_.front();
        queue_.pop_front();
      }
      // Half empty: one wake-up refills many slots.
      if (!writing_ || queue_.size() == kQueuedWrites / 2) wake_.notify_one();
    }
    if (next.first != nullptr) StartWrite(next.first, Buffered(next.second));
  }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    {
      std::lock_guard lock(mutex_);
      applied_ = reply_.applied();
      if (applied_ >= waiting_for_) wake_.notify_one();
    }
    StartRead(&reply_);
  }
  void OnDone(const grpc::Status& status) override {
    std::lock_guard lock(mutex_);
    status_ = status;
    done_ = true;
    wake_.notify_one();
  }

 private:
  grpc::ClientContext context_;
  StreamReply reply_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::pair<const StreamRequest*, bool>> queue_;
  uint64_t applied_ = 0;
  uint64_t waiting_for_ = 0;
  bool writing_ = false;
  bool done_ = false;
  grpc::Status status_;
};

class CallbackClient final : public ClientApi {
 public:
  explicit CallbackClient(std::shared_ptr<grpc::Channel> channel)
      : unary_(Unary::NewStub(channel)), streaming_(Streaming::NewStub(channel)) {}

  void Echo(const EchoRequest& request, EchoReply* reply) override {
    grpc::ClientContext context;
    grpc::Status result;
    bool done = false;
    unary_->async()->Echo(&context, &request, reply, [&](grpc::Status status) {
      std::lock_guard lock(mutex_);
      result = std::move(status);
      done = true;
      wake_.notify_one();
    });
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [&done] { return done; });
    Require(result);
  }
  std::unique_ptr<ClientStream> Open() override {
    return std::make_unique<CallbackStream>(streaming_.get());
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::unique_ptr<Unary::Stub> unary_;
  std::unique_ptr<Streaming::Stub> streaming_;
};

}  // namespace

std::unique_ptr<ClientApi> MakeCallbackClient(std::shared_ptr<grpc::Channel> channel) {
  return std::make_unique<CallbackClient>(std::move(channel));
}

}  // namespace gradd::bench
