// A server without an engine: keeps the protocol of Execute, computes nothing.
//
// Commands are applied in order and once, results hold the number of the fetched handle, ops named
// in `failing` fail, lanes skip what follows a failure. Streams can be broken at will.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "client/cpp/connection.h"
#include "gradd/v1/gradient_service.grpc.pb.h"

namespace gradd {

class FakeService final : public v1::GradientService::Service {
 public:
  FakeService();
  ~FakeService() override;

  // Where it listens.
  std::string target() const { return target_; }
  ConnectionOptions Options() const;

  // --- What it is told ---
  // Ops that fail, by name.
  void FailOp(const std::string& op) { Lock(), failing_.insert(op); }
  // Ends every stream when it has applied so many commands in all, before it answers.
  void BreakAt(uint64_t applied) { Lock(), break_at_.insert(applied); }
  // The first stream ends after one message of commands, without having said that it is open.
  // `apply`: the commands are applied all the same.
  void BreakBeforeOpened(bool apply) { Lock(), break_before_opened_ = apply ? 2 : 1; }
  // Streams end at once, with this code, until it is set to OK.
  void RefuseStreams(grpc::StatusCode code) { Lock(), refusal_ = code; }
  // Nothing is applied while it holds.
  void Hold(bool hold);
  // The connection of a WriteBlob or ReadBlob breaks after so many chunks, once.
  void BreakTransferAfter(int chunks) { Lock(), break_transfer_ = chunks; }
  void SetInlineLimit(int64_t bytes) { Lock(), inline_limit_ = bytes; }
  // What a fetch of any tensor answers instead.
  void SetData(v1::TensorData data) { Lock(), data_ = std::move(data); }
  void SetBlob(std::string bytes) { Lock(), blob_ = std::move(bytes); }
  // Called for each applied command, to fill its result in.
  using OnCommand = std::function<void(const v1::Command&, v1::Result&)>;
  void SetOnCommand(OnCommand on_command) { Lock(), on_command_ = std::move(on_command); }

  // --- What it saw ---
  v1::CreateSessionRequest wish();  // of the last session
  std::vector<v1::Command> commands();
  // Names and source lines by number, from Define commands.
  std::string Text(uint32_t id);
  int streams();
  int messages();
  // A number came again with other bytes, or one was left out.
  bool confused();
  uint64_t acknowledged();
  // OpenStream.attempt of every stream.
  std::vector<uint64_t> attempts();
  bool detached();
  bool deleted();
  std::string uploaded();
  uint64_t WaitApplied(uint64_t at_least);

  using Context = grpc::ServerContext;
  grpc::Status CreateSession(Context*, const v1::CreateSessionRequest* request,
                             v1::CreateSessionResponse* response) override;
  grpc::Status Attach(Context*, const v1::AttachRequest*, v1::AttachResponse* response) override;
  grpc::Status Detach(Context*, const v1::DetachRequest*, v1::DetachResponse*) override;
  grpc::Status DeleteSession(Context*, const v1::DeleteSessionRequest*,
                             v1::DeleteSessionResponse*) override;
  grpc::Status Execute(
      Context* context,
      grpc::ServerReaderWriter<v1::ExecuteResponse, v1::ExecuteRequest>* stream) override;
  grpc::Status CreateBlob(Context*, const v1::CreateBlobRequest* request,
                          v1::CreateBlobResponse* response) override;
  grpc::Status WriteBlob(Context*, grpc::ServerReader<v1::WriteBlobRequest>* reader,
                         v1::WriteBlobResponse* response) override;
  grpc::Status GetBlob(Context*, const v1::GetBlobRequest*, v1::GetBlobResponse* response) override;
  grpc::Status ReadBlob(Context*, const v1::ReadBlobRequest* request,
                        grpc::ServerWriter<v1::ReadBlobResponse>* writer) override;
  grpc::Status DeleteBlob(Context*, const v1::DeleteBlobRequest*, v1::DeleteBlobResponse*) override;

 private:
  std::unique_lock<std::mutex> Lock() { return std::unique_lock<std::mutex>(mutex_); }
  // With the lock held. True when the stream is to break now.
  bool Apply(const std::string& bytes, v1::ExecuteResponse& response);
  google::rpc::Status Run(const v1::Command& command);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> failing_;
  std::set<uint64_t> break_at_;
  int break_before_opened_ = 0;  // 1: the commands are lost; 2: they are applied
  grpc::StatusCode refusal_ = grpc::StatusCode::OK;
  bool hold_ = false;
  bool stopping_ = false;
  int break_transfer_ = 0;
  int64_t inline_limit_ = 1 << 20;
  std::optional<v1::TensorData> data_;
  std::string blob_;
  OnCommand on_command_;

  v1::CreateSessionRequest wish_;
  std::vector<v1::Command> commands_;
  std::vector<std::string> bytes_;       // of each command
  std::map<uint64_t, v1::Result> kept_;  // answers by number
  std::map<uint32_t, std::string> texts_;
  std::map<uint32_t, std::pair<uint32_t, google::rpc::Status>> failed_lanes_;
  int streams_ = 0;
  std::vector<uint64_t> attempts_;
  int messages_ = 0;
  bool confused_ = false;
  uint64_t acknowledged_ = 0;
  bool detached_ = false;
  bool deleted_ = false;
  int64_t upload_size_ = 0;
  std::string upload_;

  std::string target_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace gradd
