// One RPC of the bare server.
#pragma once

#include <string>

#include <grpcpp/generic/async_generic_service.h>

namespace gradd::bench {

// What all calls share. They run on the one poller, so nothing is locked.
struct BareState {
  grpc::AsyncGenericService service;
  grpc::ServerCompletionQueue* queue = nullptr;
  // What a unary call or a ping is answered with; SetReply changes it.
  grpc::ByteBuffer reply;
  // Where uploads go to and downloads come from: kept, so that no page of it is new.
  std::string storage;
};

// A completion-queue call on raw bytes, as the server's own are. The last part of the method's name
// says what it does:
//   Stream    answers every message with `reply`
//   Upload    copies what comes into `storage`
//   Download  "total chunk": sends that many bytes of `storage` in such chunks
//   SetReply  what comes becomes `reply`
//   any other is a unary call, answered with `reply`
// Deletes itself at its end.
class BareCall {
 public:
  // Waits for a call to come.
  explicit BareCall(BareState* state);

  // What the poller does with a completed operation.
  struct Tag {
    BareCall* call;
    void (BareCall::*completed)(bool ok);
    void Complete(bool ok) { (call->*completed)(ok); }
  };

 private:
  void OnStarted(bool ok);
  void OnRead(bool ok);
  void OnWritten(bool ok);
  void OnFinished(bool ok);
  void Read() { stream_.Read(&incoming_, &read_); }
  void Answer(const grpc::ByteBuffer& reply);
  void Store();
  void BeginDownload();
  void SendChunk();

  BareState* const state_;
  grpc::GenericServerContext context_;
  grpc::GenericServerAsyncReaderWriter stream_{&context_};
  grpc::ByteBuffer incoming_;
  enum class Kind { kUnary, kStream, kUpload, kDownload, kSetReply } kind_ = Kind::kUnary;
  size_t offset_ = 0;  // in the storage
  size_t total_ = 0;
  size_t chunk_ = 0;
  Tag started_{this, &BareCall::OnStarted};
  Tag read_{this, &BareCall::OnRead};
  Tag written_{this, &BareCall::OnWritten};
  Tag finished_{this, &BareCall::OnFinished};
};

}  // namespace gradd::bench
