// The completion-queue API, driven by the caller's own thread: no other thread takes part, so a
// reply needs one wake-up at most.

#include <utility>

#include "rpc_api.grpc.pb.h"

#include "bench/rpc_api/client_api.h"
#include "bench/rpc_api/spin_next.h"

namespace gradd::bench {
namespace {

// Always has a read outstanding, and at most one write.
class CqStream final : public ClientStream {
 public:
  CqStream(Streaming::Stub* stub, std::chrono::microseconds spin) : spin_(spin) {
    stream_ = stub->AsyncExecute(&context_, &queue_, &busy_);
    WaitWritable();
    stream_->Read(&reply_, &reply_);
  }
  ~CqStream() override {
    queue_.Shutdown();
    void* tag;
    bool ok;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  void Send(const StreamRequest& request, bool more) override {
    WaitWritable();
    busy_ = true;
    stream_->Write(request, Buffered(more), &busy_);
  }
  void WaitApplied(uint64_t count) override {
    while (applied_ < count) {
      Require(reading_, "read");
      Pump();
    }
  }
  grpc::Status Close() override {
    WaitWritable();
    busy_ = true;
    stream_->WritesDone(&busy_);
    while (reading_ || busy_) Pump();
    grpc::Status status;
    busy_ = true;
    stream_->Finish(&status, &busy_);
    WaitWritable();
    return status;
  }

 private:
  void WaitWritable() {
    while (busy_) Pump();
  }

  void Pump() {
    void* tag;
    bool ok;
    Require(SpinNext(&queue_, spin_, &tag, &ok), "queue");
    if (tag == &busy_) {
      busy_ = false;
      Require(ok, "write");
    } else if (ok) {
      applied_ = reply_.applied();
      stream_->Read(&reply_, &reply_);
    } else {
      reading_ = false;
    }
  }

  const std::chrono::microseconds spin_;
  grpc::CompletionQueue queue_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientAsyncReaderWriter<StreamRequest, StreamReply>> stream_;
  StreamReply reply_;  // its address is the tag of a read
  uint64_t applied_ = 0;
  bool busy_ = true;  // something other than a read is outstanding; its address is that tag
  bool reading_ = true;
};

class CqClient final : public ClientApi {
 public:
  CqClient(std::shared_ptr<grpc::Channel> channel, std::chrono::microseconds spin)
      : spin_(spin), unary_(Unary::NewStub(channel)), streaming_(Streaming::NewStub(channel)) {}

  void Echo(const EchoRequest& request, EchoReply* reply) override {
    grpc::ClientContext context;
    grpc::Status status;
    auto call = unary_->AsyncEcho(&context, request, &queue_);
    call->Finish(reply, &status, nullptr);
    void* tag;
    bool ok;
    Require(SpinNext(&queue_, spin_, &tag, &ok), "queue");
    Require(status);
  }
  std::unique_ptr<ClientStream> Open() override {
    return std::make_unique<CqStream>(streaming_.get(), spin_);
  }

 private:
  const std::chrono::microseconds spin_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<Unary::Stub> unary_;
  std::unique_ptr<Streaming::Stub> streaming_;
};

}  // namespace

std::unique_ptr<ClientApi> MakeCqClient(std::shared_ptr<grpc::Channel> channel,
                                        std::chrono::microseconds spin) {
  return std::make_unique<CqClient>(std::move(channel), spin);
}

}  // namespace gradd::bench
