// The callback API: gRPC's own threads call the reactor's methods.

#include <utility>

#include "rpc_api.grpc.pb.h"

#include "bench/rpc_api/server_api.h"
#include "bench/rpc_api/stream_session.h"

namespace gradd::bench {
namespace {

class CallbackUnary final : public Unary::CallbackService {
  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context, const EchoRequest* request,
                                 EchoReply* reply) override {
    AnswerEcho(*request, reply);
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

// Owns itself until OnDone.
class Reactor final : public grpc::ServerBidiReactor<StreamRequest, StreamReply>,
                      public ReplyWriter {
 public:
  explicit Reactor(Pool* pool) : session_(pool, this) { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) return session_.OnReadsDone();
    session_.OnMessage(std::exchange(request_, {}));
    StartRead(&request_);
  }
  void OnWriteDone(bool) override { session_.OnWriteDone(); }
  void OnDone() override { delete this; }

  void Write(uint64_t applied) override {
    reply_.set_applied(applied);
    StartWrite(&reply_);
  }
  void Finish() override { ServerBidiReactor::Finish(grpc::Status::OK); }

 private:
  StreamSession session_;
  StreamRequest request_;
  StreamReply reply_;
};

class CallbackStreaming final : public Streaming::CallbackService {
 public:
  explicit CallbackStreaming(Pool* pool) : pool_(pool) {}

 private:
  grpc::ServerBidiReactor<StreamRequest, StreamReply>* Execute(
      grpc::CallbackServerContext*) override {
    return new Reactor(pool_);
  }

  Pool* const pool_;
};

class CallbackServer final : public ServerApi {
 public:
  explicit CallbackServer(const ServerConfig& config) : streaming_(config.pool) {}

  void Register(grpc::ServerBuilder* builder, bool unary, bool streaming) override {
    if (unary) builder->RegisterService(&unary_);
    if (streaming) builder->RegisterService(&streaming_);
  }

 private:
  CallbackUnary unary_;
  CallbackStreaming streaming_;
};

}  // namespace

std::unique_ptr<ServerApi> MakeCallbackServer(const ServerConfig& config) {
  return std::make_unique<CallbackServer>(config);
}

}  // namespace gradd::bench
