// The client's end of a stream to the bare server.
#pragma once

#include <memory>
#include <string>

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

namespace gradd::bench {

// A channel as the client has it: of its own, without bounds on messages.
std::shared_ptr<grpc::Channel> Connect(const std::string& target);

// A completion-queue stream of raw bytes, driven by the thread that uses it. A failure ends the
// process: a benchmark of failing calls means nothing.
class BareStream {
 public:
  BareStream(const std::shared_ptr<grpc::Channel>& channel, const std::string& method);
  ~BareStream();
  BareStream(const BareStream&) = delete;
  BareStream& operator=(const BareStream&) = delete;

  // With `more`, gRPC may hold it back until a message without. `bytes` may be used again after
  // the next call only if it is a copy.
  void Write(const grpc::ByteBuffer& bytes, bool more = false);
  // False: the server has sent all.
  bool Read(grpc::ByteBuffer* bytes);
  void WritesDone();
  // Reads what is left and ends the call.
  void Finish();

 private:
  bool Wait();

  grpc::GenericStub stub_;
  grpc::CompletionQueue queue_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
};

// Calls a method of the bare server that takes one message.
void CallBare(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
              const std::string& message);

}  // namespace gradd::bench
