// The completion-queue API: our own threads call Next, and a tag says what to do.

#include <atomic>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "rpc_api.grpc.pb.h"

#include "bench/rpc_api/server_api.h"
#include "bench/rpc_api/spin_next.h"
#include "bench/rpc_api/stream_session.h"

namespace gradd::bench {
namespace {

// A tag is a member of the call that it belongs to: no allocation per operation.
struct Tag {
  void (*proceed)(void* call, bool ok);
  void* call;
};

// A unary call that re-arms itself: one always waits on every queue.
class EchoCall {
 public:
  EchoCall(Unary::AsyncService* service, grpc::ServerCompletionQueue* queue)
      : service_(service), queue_(queue), responder_(&context_) {
    service_->RequestEcho(&context_, &request_, &responder_, queue_, queue_, &start_);
  }

 private:
  void OnStart(bool ok) {
    if (!ok) return delete this;  // the server is shutting down
    new EchoCall(service_, queue_);
    AnswerEcho(request_, &reply_);
    responder_.Finish(reply_, grpc::Status::OK, &finish_);
  }

  Unary::AsyncService* const service_;
  grpc::ServerCompletionQueue* const queue_;
  grpc::ServerContext context_;
  EchoRequest request_;
  EchoReply reply_;
  grpc::ServerAsyncResponseWriter<EchoReply> responder_;
  Tag start_{[](void* call, bool ok) { static_cast<EchoCall*>(call)->OnStart(ok); }, this};
  Tag finish_{[](void* call, bool) { delete static_cast<EchoCall*>(call); }, this};
};

using RawStreaming = Streaming::WithRawMethod_Execute<Streaming::Service>;

// One open stream, of typed messages or (In = Out = ByteBuffer) of undecoded ones. A read is always
// outstanding, so a broken or cancelled stream shows as a failed read; AsyncNotifyWhenDone is not
// needed for it.
template <typename Service, typename In, typename Out>
class StreamCall final : public ReplyWriter {
 public:
  StreamCall(Service* service, grpc::ServerCompletionQueue* queue, Pool* pool,
             std::atomic<int>* open)
      : service_(service),
        queue_(queue),
        pool_(pool),
        open_(open),
        stream_(&context_),
        session_(pool, this) {
    service_->RequestExecute(&context_, &stream_, queue_, queue_, &start_);
  }

  void Write(uint64_t applied) override {
    StreamReply reply;
    reply.set_applied(applied);
    if constexpr (std::is_same_v<Out, StreamReply>) {
      stream_.Write(reply, &write_);  // serialises before it returns
    } else {
      grpc::Slice slice(reply.SerializeAsString());
      stream_.Write(grpc::ByteBuffer(&slice, 1), &write_);
    }
  }
  void Finish() override { stream_.Finish(grpc::Status::OK, &finish_); }

 private:
  void OnStart(bool ok) {
    if (!ok) return delete this;
    open_->fetch_add(1);
    new StreamCall(service_, queue_, pool_, open_);
    stream_.Read(&request_, &read_);
  }
  void OnRead(bool ok) {
    if (!ok) return session_.OnReadsDone();
    session_.OnMessage(std::exchange(request_, In()));
    stream_.Read(&request_, &read_);
  }
  void OnFinish() {
    std::atomic<int>* open = open_;
    delete this;
    open->fetch_sub(1);
  }

  template <auto method>
  static void Call(void* call, bool ok) {
    (static_cast<StreamCall*>(call)->*method)(ok);
  }

  Service* const service_;
  grpc::ServerCompletionQueue* const queue_;
  Pool* const pool_;
  std::atomic<int>* const open_;
  grpc::ServerContext context_;
  grpc::ServerAsyncReaderWriter<Out, In> stream_;
  StreamSession session_;
  In request_;
  Tag start_{&Call<&StreamCall::OnStart>, this};
  Tag read_{&Call<&StreamCall::OnRead>, this};
  Tag write_{[](void* call, bool) { static_cast<StreamCall*>(call)->session_.OnWriteDone(); },
             this};
  Tag finish_{[](void* call, bool) { static_cast<StreamCall*>(call)->OnFinish(); }, this};
};

using TypedCall = StreamCall<Streaming::AsyncService, StreamRequest, StreamReply>;
using RawCall = StreamCall<RawStreaming, grpc::ByteBuffer, grpc::ByteBuffer>;

class CqServer final : public ServerApi {
 public:
  explicit CqServer(const ServerConfig& config) : config_(config) {}

  void Register(grpc::ServerBuilder* builder, bool unary, bool streaming) override {
    unary_on_ = unary;
    streaming_on_ = streaming;
    if (unary) builder->RegisterService(&unary_);
    if (streaming && config_.raw) builder->RegisterService(&raw_streaming_);
    if (streaming && !config_.raw) builder->RegisterService(&streaming_);
    for (int i = 0; i < config_.queues; ++i) queues_.push_back(builder->AddCompletionQueue());
  }

  void Start() override {
    for (auto& queue : queues_) {
      if (unary_on_) new EchoCall(&unary_, queue.get());
      if (streaming_on_) Listen(queue.get());
      for (int i = 0; i < config_.threads_per_queue; ++i) {
        threads_.emplace_back([this, &queue] { Serve(queue.get()); });
      }
    }
  }

  // Starting an operation on a queue that is shut down aborts the process, so the streams, which
  // Server::Shutdown has cancelled, are let finish first.
  void Stop() override {
    while (open_streams_.load() > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    for (auto& queue : queues_) queue->Shutdown();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  void Listen(grpc::ServerCompletionQueue* queue) {
    if (config_.raw) {
      new RawCall(&raw_streaming_, queue, config_.pool, &open_streams_);
    } else {
      new TypedCall(&streaming_, queue, config_.pool, &open_streams_);
    }
  }

  void Serve(grpc::ServerCompletionQueue* queue) {
    void* tag;
    bool ok;
    while (SpinNext(queue, config_.spin, &tag, &ok)) {
      const Tag* called = static_cast<Tag*>(tag);
      called->proceed(called->call, ok);
    }
  }

  const ServerConfig config_;
  Unary::AsyncService unary_;
  Streaming::AsyncService streaming_;
  RawStreaming raw_streaming_;
  bool unary_on_ = false;
  bool streaming_on_ = false;
  std::atomic<int> open_streams_{0};
  std::vector<std::unique_ptr<grpc::ServerCompletionQueue>> queues_;
  std::vector<std::thread> threads_;
};

}  // namespace

std::unique_ptr<ServerApi> MakeCqServer(const ServerConfig& config) {
  return std::make_unique<CqServer>(config);
}

}  // namespace gradd::bench
