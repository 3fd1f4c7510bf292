#include "bench/bare/bare_call.h"

#include <algorithm>
#include <cstring>
#include <sstream>
#include <utility>
#include <vector>

namespace gradd::bench {
namespace {

std::vector<grpc::Slice> SlicesOf(const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  (void)bytes.Dump(&slices);
  return slices;
}

}  // namespace

BareCall::BareCall(BareState* state) : state_(state) {
  state_->service.RequestCall(&context_, &stream_, state_->queue, state_->queue, &started_);
}

void BareCall::OnStarted(bool ok) {
  if (!ok) return delete this;  // the server is shutting down
  new BareCall(state_);
  const std::string& method = context_.method();
  const std::string name = method.substr(method.rfind('/') + 1);
  if (name == "Stream") kind_ = Kind::kStream;
  if (name == "Upload") kind_ = Kind::kUpload;
  if (name == "Download") kind_ = Kind::kDownload;
  if (name == "SetReply") kind_ = Kind::kSetReply;
  Read();
}

void BareCall::OnRead(bool ok) {
  switch (kind_) {
    case Kind::kUnary:
      Answer(state_->reply);
      break;
    case Kind::kSetReply:
      state_->reply = std::exchange(incoming_, grpc::ByteBuffer());
      Answer(grpc::ByteBuffer());
      break;
    case Kind::kStream:
      if (!ok) return stream_.Finish(grpc::Status::OK, &finished_);
      incoming_.Clear();
      stream_.Write(state_->reply, &written_);
      Read();
      break;
    case Kind::kUpload:
      if (!ok) return Answer(state_->reply);
      Store();
      Read();
      break;
    case Kind::kDownload:
      BeginDownload();
      break;
  }
}

void BareCall::Answer(const grpc::ByteBuffer& reply) {
  // An invalid buffer cannot be sent; an empty message is a buffer of one empty slice.
  const grpc::Slice empty;
  const grpc::ByteBuffer sent = reply.Valid() ? reply : grpc::ByteBuffer(&empty, 1);
  stream_.WriteAndFinish(sent, grpc::WriteOptions(), grpc::Status::OK, &finished_);
}

void BareCall::Store() {
  std::string& storage = state_->storage;
  if (storage.size() < offset_ + incoming_.Length()) storage.resize(offset_ + incoming_.Length());
  for (const grpc::Slice& slice : SlicesOf(incoming_)) {
    std::memcpy(storage.data() + offset_, slice.begin(), slice.size());
    offset_ += slice.size();
  }
  incoming_.Clear();
}

void BareCall::BeginDownload() {
  std::string text;
  for (const grpc::Slice& slice : SlicesOf(incoming_)) {
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  std::istringstream(text) >> total_ >> chunk_;
  if (state_->storage.size() < total_) state_->storage.resize(total_, 'd');
  SendChunk();
}

void BareCall::SendChunk() {
  const size_t size = std::min(chunk_, total_ - offset_);
  const grpc::Slice slice(state_->storage.data() + offset_, size, grpc::Slice::STATIC_SLICE);
  offset_ += size;
  grpc::WriteOptions options;
  if (offset_ < total_) options.set_buffer_hint();
  stream_.Write(grpc::ByteBuffer(&slice, 1), options, &written_);
}

void BareCall::OnWritten(bool ok) {
  if (kind_ != Kind::kDownload) return;
  if (ok && offset_ < total_) return SendChunk();
  stream_.Finish(grpc::Status::OK, &finished_);
}

void BareCall::OnFinished(bool /*ok*/) { delete this; }

}  // namespace gradd::bench
