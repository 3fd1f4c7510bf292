#include "bench/rpc_api/stream_session.h"

#include <utility>

#include <grpcpp/impl/codegen/proto_utils.h>

namespace gradd::bench {

void StreamSession::OnMessage(Message message) {
  {
    std::lock_guard lock(mutex_);
    inbox_.push_back(std::move(message));
    if (running_) return;
    running_ = true;
  }
  if (pool_ != nullptr) {
    pool_->Post(this);
  } else {
    Run();
  }
}

void StreamSession::OnReadsDone() {
  bool finish;
  {
    std::lock_guard lock(mutex_);
    reads_done_ = true;
    finish = ReadyToFinish();
  }
  if (finish) writer_->Finish();
}

void StreamSession::OnWriteDone() {
  uint64_t ack;
  bool finish;
  {
    std::lock_guard lock(mutex_);
    ack = std::exchange(pending_ack_, 0);
    if (ack == 0) writing_ = false;
    finish = ReadyToFinish();
  }
  if (ack != 0) writer_->Write(ack);
  if (finish) writer_->Finish();
}

void StreamSession::Run() {
  // A local vector, so that an idle session holds no inbox memory.
  std::vector<Message> batch;
  for (;;) {
    bool finish = false;
    {
      std::lock_guard lock(mutex_);
      batch.clear();
      batch.swap(inbox_);
      if (batch.empty()) {
        std::vector<Message>().swap(inbox_);
        running_ = false;
        finish = ReadyToFinish();
        if (!finish) return;
      }
    }
    if (finish) {
      writer_->Finish();
      return;
    }
    for (Message& message : batch) {
      if (auto* bytes = std::get_if<grpc::ByteBuffer>(&message)) {
        StreamRequest decoded;
        grpc::SerializationTraits<StreamRequest>::Deserialize(bytes, &decoded);
        Apply(decoded);
      } else {
        Apply(std::get<StreamRequest>(message));
      }
    }
  }
}

void StreamSession::Apply(const StreamRequest& message) {
  for (const std::string& command : message.commands()) checksum_ += command.size() + command[0];
  ++applied_;
  if (message.ack_every() == 0 || applied_ % message.ack_every() != 0) return;
  {
    std::lock_guard lock(mutex_);
    if (writing_) {
      pending_ack_ = applied_;
      return;
    }
    writing_ = true;
  }
  writer_->Write(applied_);
}

bool StreamSession::ReadyToFinish() {
  if (!reads_done_ || running_ || writing_ || finished_) return false;
  finished_ = true;
  return true;
}

}  // namespace gradd::bench
