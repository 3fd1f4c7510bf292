#include "bench/bare/bare_stream.h"

#include "bench/measurer.h"

namespace gradd::bench {

std::shared_ptr<grpc::Channel> Connect(const std::string& target) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetMaxSendMessageSize(-1);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments);
}

BareStream::BareStream(const std::shared_ptr<grpc::Channel>& channel, const std::string& method)
    : stub_(channel) {
  context_.set_wait_for_ready(true);
  stream_ = stub_.PrepareCall(&context_, method, &queue_);
  stream_->StartCall(nullptr);
  Require(Wait(), "starting a call");
}

BareStream::~BareStream() {
  context_.TryCancel();
  queue_.Shutdown();
  void* tag;
  bool ok;
  while (queue_.Next(&tag, &ok)) {
  }
}

bool BareStream::Wait() {
  void* tag = nullptr;
  bool ok = false;
  Require(queue_.Next(&tag, &ok), "the queue");
  return ok;
}

void BareStream::Write(const grpc::ByteBuffer& bytes, bool more) {
  grpc::WriteOptions options;
  if (more) options.set_buffer_hint();
  stream_->Write(bytes, options, nullptr);
  Require(Wait(), "writing");
}

bool BareStream::Read(grpc::ByteBuffer* bytes) {
  stream_->Read(bytes, nullptr);
  return Wait();
}

void BareStream::WritesDone() {
  stream_->WritesDone(nullptr);
  Require(Wait(), "ending the writes");
}

void BareStream::Finish() {
  grpc::ByteBuffer rest;
  while (Read(&rest)) {
  }
  grpc::Status status;
  stream_->Finish(&status, nullptr);
  (void)Wait();
  Require(status.ok(), status.error_message());
}

void CallBare(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
              const std::string& message) {
  const grpc::Slice slice(message);
  BareStream stream(channel, method);
  stream.Write(grpc::ByteBuffer(&slice, 1));
  stream.WritesDone();
  stream.Finish();
}

}  // namespace gradd::bench
