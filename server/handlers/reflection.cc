// grpc.reflection: what messages look like, for tools without our .proto files.
#include <set>
#include <string>
#include <utility>

#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include "gradd/v1/gradient_service.pb.h"
#include "server/errors.h"
#include "server/handlers/methods.h"
#include "server/handlers/registration.h"

namespace gradd::server {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

constexpr absl::string_view kServices[] = {"gradd.v1.GradientService", "grpc.health.v1.Health",
                                           "grpc.reflection.v1.ServerReflection"};

// The file and all that it imports, each once.
void AddFile(const FileDescriptor* file, std::set<const FileDescriptor*>& added,
             ServerReflectionResponse* response) {
  if (!added.insert(file).second) return;
  google::protobuf::FileDescriptorProto description;
  file->CopyTo(&description);
  response->mutable_file_descriptor_response()->add_file_descriptor_proto(
      description.SerializeAsString());
  for (int i = 0; i < file->dependency_count(); ++i) {
    AddFile(file->dependency(i), added, response);
  }
}

void AnswerFile(const FileDescriptor* file, ServerReflectionResponse* response) {
  if (file == nullptr) {
    response->mutable_error_response()->set_error_code(5);
    response->mutable_error_response()->set_error_message("not found");
    return;
  }
  std::set<const FileDescriptor*> added;
  AddFile(file, added, response);
}

void Answer(const ServerReflectionRequest& request, ServerReflectionResponse* response) {
  // Mentioning the types puts their files into the pool.
  (void)v1::ExecuteRequest::descriptor();
  (void)grpc::health::v1::HealthCheckRequest::descriptor();
  const DescriptorPool& pool = *DescriptorPool::generated_pool();
  switch (request.message_request_case()) {
    case ServerReflectionRequest::kListServices:
      for (const absl::string_view name : kServices) {
        response->mutable_list_services_response()->add_service()->set_name(std::string(name));
      }
      break;
    case ServerReflectionRequest::kFileByFilename:
      AnswerFile(pool.FindFileByName(request.file_by_filename()), response);
      break;
    case ServerReflectionRequest::kFileContainingSymbol:
      AnswerFile(pool.FindFileContainingSymbol(request.file_containing_symbol()), response);
      break;
    default:  // there are no extensions in proto3
      AnswerFile(nullptr, response);
  }
}

// One answer for each question.
class Reflection final : public CallHandler {
 public:
  Reflection(RefPtr<Call> call, Services&) : call_(std::move(call)) {}

  void Start() override { call_->Read(); }
  void OnMessage(Message message) override {
    ServerReflectionRequest request;
    if (absl::Status status = ParseRequest(message, &request); !status.ok()) return End(status);
    ServerReflectionResponse response;
    response.set_valid_host(request.host());
    *response.mutable_original_request() = request;
    Answer(request, &response);
    call_->Write(absl::Cord(response.SerializeAsString()));
  }
  void OnWritten(bool ok) override {
    if (!ok) return End(errors::CallCancelled());
    call_->Read();
  }
  void OnReadsDone() override { End(absl::OkStatus()); }
  void OnDrain() override { call_->Cancel(); }

 private:
  // Reads and writes alternate, so there is nothing to wait for.
  void End(const absl::Status& status) { call_->Finish(status); }

  const RefPtr<Call> call_;
};

}  // namespace

void AddReflectionMethods(Services& services, MethodTable& methods) {
  methods.Add(StreamMethod<Reflection>("/grpc.reflection.v1.ServerReflection/",
                                       "ServerReflectionInfo", services));
  methods.Add(StreamMethod<Reflection>("/grpc.reflection.v1alpha.ServerReflection/",
                                       "ServerReflectionInfo", services));
}

}  // namespace gradd::server
