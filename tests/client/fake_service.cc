#include "tests/client/fake_service.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "core/base/status.h"
#include "proto/codec/status.h"

namespace gradd {
namespace {

constexpr int64_t kChunk = 1000;

bool Answers(const v1::Command& command) {
  switch (command.command_case()) {
    case v1::Command::kFetch:
    case v1::Command::kDescribeGraph:
    case v1::Command::kDescribeTensor:
    case v1::Command::kGetGrad:
    case v1::Command::kImport:
    case v1::Command::kGrad:
      return true;
    default:
      return false;
  }
}

}  // namespace

FakeService::FakeService() {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  target_ = absl::StrCat("127.0.0.1:", port);
}

FakeService::~FakeService() {
  {
    const auto lock = Lock();
    stopping_ = true;
    changed_.notify_all();
  }
  server_->Shutdown(std::chrono::system_clock::now());
}

ConnectionOptions FakeService::Options() const {
  ConnectionOptions options;
  options.target = target_;
  options.sync = false;
  return options;
}

void FakeService::Hold(bool hold) {
  const auto lock = Lock();
  hold_ = hold;
  changed_.notify_all();
}

v1::CreateSessionRequest FakeService::wish() { return Lock(), wish_; }
std::vector<v1::Command> FakeService::commands() { return Lock(), commands_; }
std::string FakeService::Text(uint32_t id) { return Lock(), texts_[id]; }
int FakeService::streams() { return Lock(), streams_; }
int FakeService::messages() { return Lock(), messages_; }
bool FakeService::confused() { return Lock(), confused_; }
std::vector<uint64_t> FakeService::attempts() { return Lock(), attempts_; }
uint64_t FakeService::acknowledged() { return Lock(), acknowledged_; }
bool FakeService::detached() { return Lock(), detached_; }
bool FakeService::deleted() { return Lock(), deleted_; }
std::string FakeService::uploaded() { return Lock(), upload_; }

uint64_t FakeService::WaitApplied(uint64_t at_least) {
  auto lock = Lock();
  changed_.wait_for(lock, std::chrono::seconds(10), [&] { return commands_.size() >= at_least; });
  return commands_.size();
}

grpc::Status FakeService::CreateSession(Context*, const v1::CreateSessionRequest* request,
                                        v1::CreateSessionResponse* response) {
  Lock(), wish_ = *request;
  response->set_session_id("fake/1");
  response->set_secret("secret");
  response->set_device("cpu");
  return grpc::Status::OK;
}

grpc::Status FakeService::Attach(Context*, const v1::AttachRequest*, v1::AttachResponse* response) {
  response->set_attachment(7);
  response->mutable_limits()->set_message_bytes(4 << 20);
  response->mutable_limits()->set_inline_tensor_bytes((Lock(), inline_limit_));
  return grpc::Status::OK;
}

grpc::Status FakeService::Detach(Context*, const v1::DetachRequest*, v1::DetachResponse*) {
  return Lock(), detached_ = true, grpc::Status::OK;
}

grpc::Status FakeService::DeleteSession(Context*, const v1::DeleteSessionRequest*,
                                        v1::DeleteSessionResponse*) {
  return Lock(), deleted_ = true, grpc::Status::OK;
}

google::rpc::Status FakeService::Run(const v1::Command& command) {
  const auto failed = failed_lanes_.find(command.lane());
  const bool exempt = command.has_define() || command.has_release();
  if (!exempt && failed != failed_lanes_.end() && failed->second.first == command.epoch()) {
    return failed->second.second;
  }
  for (const v1::Definition& definition : command.define().definitions()) {
    texts_[definition.id()] = definition.text();
  }
  for (const v1::OpCall& call : command.forward().calls()) {
    const std::string op = texts_[call.op_id()];
    if (failing_.count(op) == 0) continue;
    const google::rpc::Status status =
        codec::EncodeStatus(InvalidArgument("TEST_FAILURE", op, " does not work"),
                            {op, texts_[call.source_id()], call.output(), command.sequence()});
    failed_lanes_[command.lane()] = {command.epoch(), status};
    return status;
  }
  return {};
}

bool FakeService::Apply(const std::string& bytes, v1::ExecuteResponse& response) {
  v1::Command command;
  if (!command.ParseFromString(bytes)) return confused_ = true;
  const uint64_t sequence = command.sequence();
  if (sequence <= commands_.size()) {
    confused_ = confused_ || bytes_[sequence - 1] != bytes;
    if (const auto kept = kept_.find(sequence); kept != kept_.end()) {
      *response.add_results() = kept->second;
    }
    return false;
  }
  if (sequence != commands_.size() + 1) return confused_ = true;
  commands_.push_back(command);
  bytes_.push_back(bytes);
  v1::Result result;
  result.set_sequence(sequence);
  if (const google::rpc::Status status = Run(command); status.code() != 0) {
    *result.mutable_status() = status;
  } else if (command.has_fetch()) {
    v1::FetchResponse& fetch = *result.mutable_fetch();
    if (!blob_.empty()) {
      fetch.set_blob(1);
      fetch.mutable_tensor()->set_dtype(v1::DTYPE_BOOL);
      fetch.mutable_tensor()->add_shape(static_cast<int64_t>(blob_.size()));
    } else if (data_.has_value()) {
      *fetch.mutable_tensor() = *data_;
    } else {
      const auto value = static_cast<int64_t>(command.fetch().handle() & 0xFFFFFFFFFF);
      fetch.mutable_tensor()->set_dtype(v1::DTYPE_INT64);
      fetch.mutable_tensor()->set_data(&value, sizeof(value));
    }
  }
  if (on_command_) on_command_(command, result);
  if (Answers(command) || result.has_status() || result.result_case() != 0) {
    kept_[sequence] = result;
    *response.add_results() = std::move(result);
  }
  changed_.notify_all();
  return break_at_.erase(commands_.size()) > 0;
}

grpc::Status FakeService::Execute(
    Context* context, grpc::ServerReaderWriter<v1::ExecuteResponse, v1::ExecuteRequest>* stream) {
  v1::ExecuteRequest request;
  if (!stream->Read(&request) || !request.has_open()) {
    return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "no open");
  }
  {
    auto lock = Lock();
    ++streams_;
    attempts_.push_back(request.open().attempt());
    if (const int mode = std::exchange(break_before_opened_, 0); mode != 0) {
      lock.unlock();
      const bool sent = stream->Read(&request);
      lock.lock();
      v1::ExecuteResponse unsent;
      for (const std::string& bytes : request.commands()) {
        if (sent && mode == 2) (void)Apply(bytes, unsent);
      }
      return grpc::Status(grpc::StatusCode::UNAVAILABLE, "broken");
    }
    if (refusal_ != grpc::StatusCode::OK) return grpc::Status(refusal_, "refused");
    v1::ExecuteResponse response;
    response.mutable_opened()->set_applied(commands_.size());
    response.set_applied(commands_.size());
    stream->Write(response);
  }
  while (stream->Read(&request)) {
    auto lock = Lock();
    ++messages_;
    changed_.wait(lock, [&] { return !hold_ || stopping_ || context->IsCancelled(); });
    acknowledged_ = std::max(acknowledged_, request.acknowledged());
    v1::ExecuteResponse response;
    for (const std::string& bytes : request.commands()) {
      if (Apply(bytes, response)) return grpc::Status(grpc::StatusCode::UNAVAILABLE, "broken");
    }
    response.set_applied(commands_.size());
    lock.unlock();
    if (!stream->Write(response)) break;
  }
  return grpc::Status::OK;
}

grpc::Status FakeService::CreateBlob(Context*, const v1::CreateBlobRequest* request,
                                     v1::CreateBlobResponse* response) {
  const auto lock = Lock();
  upload_size_ = request->size();
  upload_.clear();
  response->set_blob(1);
  response->set_max_chunk(kChunk);
  return grpc::Status::OK;
}

grpc::Status FakeService::WriteBlob(Context*, grpc::ServerReader<v1::WriteBlobRequest>* reader,
                                    v1::WriteBlobResponse* response) {
  v1::WriteBlobRequest request;
  bool first = true;
  while (reader->Read(&request)) {
    const auto lock = Lock();
    if (first && request.offset() != static_cast<int64_t>(upload_.size())) {
      return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "wrong offset");
    }
    first = false;
    if (static_cast<int64_t>(request.data().size()) > kChunk) {
      return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "chunk too large");
    }
    upload_ += request.data();
    if (break_transfer_ > 0 && --break_transfer_ == 0) {
      return grpc::Status(grpc::StatusCode::UNAVAILABLE, "broken");
    }
  }
  response->set_received(static_cast<int64_t>((Lock(), upload_.size())));
  return grpc::Status::OK;
}

grpc::Status FakeService::GetBlob(Context*, const v1::GetBlobRequest*,
                                  v1::GetBlobResponse* response) {
  const auto lock = Lock();
  response->set_size(upload_size_);
  response->set_received(static_cast<int64_t>(upload_.size()));
  return grpc::Status::OK;
}

grpc::Status FakeService::ReadBlob(Context*, const v1::ReadBlobRequest* request,
                                   grpc::ServerWriter<v1::ReadBlobResponse>* writer) {
  const auto lock = Lock();
  for (size_t at = static_cast<size_t>(request->offset()); at < blob_.size(); at += kChunk) {
    v1::ReadBlobResponse response;
    response.set_offset(static_cast<int64_t>(at));
    response.set_data(blob_.substr(at, kChunk));
    writer->Write(response);
    if (break_transfer_ > 0 && --break_transfer_ == 0) {
      return grpc::Status(grpc::StatusCode::UNAVAILABLE, "broken");
    }
  }
  return grpc::Status::OK;
}

grpc::Status FakeService::DeleteBlob(Context*, const v1::DeleteBlobRequest*,
                                     v1::DeleteBlobResponse*) {
  return grpc::Status::OK;
}

}  // namespace gradd
