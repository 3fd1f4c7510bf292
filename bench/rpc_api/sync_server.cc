// The synchronous API: gRPC lends each open stream a thread that blocks in Read.

#include <condition_variable>
#include <mutex>
#include <utility>

#include "rpc_api.grpc.pb.h"

#include "bench/rpc_api/server_api.h"
#include "bench/rpc_api/stream_session.h"

namespace gradd::bench {
namespace {

class SyncUnary final : public Unary::Service {
  grpc::Status Echo(grpc::ServerContext*, const EchoRequest* request, EchoReply* reply) override {
    AnswerEcho(*request, reply);
    return grpc::Status::OK;
  }
};

using Stream = grpc::ServerReaderWriter<StreamReply, StreamRequest>;

// Write blocks the strand's thread; gRPC allows it beside the handler's Read.
class SyncWriter final : public ReplyWriter {
 public:
  explicit SyncWriter(Stream* stream) : stream_(stream) {}

  void Bind(StreamSession* session) { session_ = session; }

  void Write(uint64_t applied) override {
    StreamReply reply;
    reply.set_applied(applied);
    stream_->Write(reply);
    session_->OnWriteDone();
  }

  void Finish() override {
    std::lock_guard lock(mutex_);
    finished_ = true;
    wake_.notify_one();  // under the mutex: the waiter destroys this object
  }

  void WaitForFinish() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return finished_; });
  }

 private:
  Stream* const stream_;
  StreamSession* session_ = nullptr;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool finished_ = false;
};

class SyncStreaming final : public Streaming::Service {
 public:
  explicit SyncStreaming(Pool* pool) : pool_(pool) {}

 private:
  grpc::Status Execute(grpc::ServerContext*, Stream* stream) override {
    SyncWriter writer(stream);
    StreamSession session(pool_, &writer);
    writer.Bind(&session);
    StreamRequest message;
    while (stream->Read(&message)) session.OnMessage(std::exchange(message, {}));
    session.OnReadsDone();
    writer.WaitForFinish();
    return grpc::Status::OK;
  }

  Pool* const pool_;
};

class SyncServer final : public ServerApi {
 public:
  explicit SyncServer(const ServerConfig& config) : streaming_(config.pool) {}

  void Register(grpc::ServerBuilder* builder, bool unary, bool streaming) override {
    if (unary) builder->RegisterService(&unary_);
    if (streaming) builder->RegisterService(&streaming_);
  }

 private:
  SyncUnary unary_;
  SyncStreaming streaming_;
};

}  // namespace

std::unique_ptr<ServerApi> MakeSyncServer(const ServerConfig& config) {
  return std::make_unique<SyncServer>(config);
}

}  // namespace gradd::bench
