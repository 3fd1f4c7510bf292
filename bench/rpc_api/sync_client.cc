// The synchronous API. Acknowledgements are read only when they are waited for, so no reader
// thread is needed; they are small, so the flow-control window never fills with them.

#include <utility>

#include "rpc_api.grpc.pb.h"

#include "bench/rpc_api/client_api.h"

namespace gradd::bench {
namespace {

class SyncStream final : public ClientStream {
 public:
  explicit SyncStream(Streaming::Stub* stub) : stream_(stub->Execute(&context_)) {}

  void Send(const StreamRequest& request, bool more) override {
    Require(stream_->Write(request, Buffered(more)), "write");
  }
  void WaitApplied(uint64_t count) override {
    while (reply_.applied() < count) Require(stream_->Read(&reply_), "read");
  }
  grpc::Status Close() override {
    stream_->WritesDone();
    while (stream_->Read(&reply_)) {
    }
    return stream_->Finish();
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<StreamRequest, StreamReply>> stream_;
  StreamReply reply_;
};

class SyncClient final : public ClientApi {
 public:
  explicit SyncClient(std::shared_ptr<grpc::Channel> channel)
      : unary_(Unary::NewStub(channel)), streaming_(Streaming::NewStub(channel)) {}

  void Echo(const EchoRequest& request, EchoReply* reply) override {
    grpc::ClientContext context;
    Require(unary_->Echo(&context, request, reply));
  }
  std::unique_ptr<ClientStream> Open() override {
    return std::make_unique<SyncStream>(streaming_.get());
  }

 private:
  std::unique_ptr<Unary::Stub> unary_;
  std::unique_ptr<Streaming::Stub> streaming_;
};

}  // namespace

std::unique_ptr<ClientApi> MakeSyncClient(std::shared_ptr<grpc::Channel> channel) {
  return std::make_unique<SyncClient>(std::move(channel));
}

}  // namespace gradd::bench
