#include "tests/integration/wire_session.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "gtest/gtest.h"

namespace gradd::server {
namespace {

// A product that keeps a processor busy for milliseconds is nothing to a GPU, and results of one
// that is large enough fill its memory. 2^34 equal elements to be added up take none, and even a
// GPU of 2^43 elements a second two milliseconds; as does a processor that emulates one with 2^16.
constexpr int64_t kProductSize = 512;
int64_t SumSize() {
  return std::getenv("GRADD_TEST_EMULATED") == nullptr ? int64_t{1} << 17 : int64_t{1} << 8;
}

// Of what tests/support/test_devices.h names.
bool IsOnGpu() {
  const char* const device = std::getenv("GRADD_TEST_DEVICE");
  return device != nullptr && std::strncmp(device, "cuda", 4) == 0;
}

}  // namespace

WireSession::WireSession(WireClient& client, const v1::CreateSessionRequest& request)
    : client_(client) {
  v1::CreateSessionResponse created;
  const absl::Status status = client.Call("CreateSession", request, &created);
  EXPECT_TRUE(status.ok()) << status;
  id_ = created.session_id();
  secret_ = created.secret();
  v1::AttachRequest attach;
  attach.set_session_id(id_);
  attach.set_secret(secret_);
  v1::AttachResponse attached;
  const absl::Status attaching = client.Call("Attach", attach, &attached);
  EXPECT_TRUE(attaching.ok()) << attaching;
  attachment_ = attached.attachment();
  limits_ = attached.limits();
}

v1::Scope WireSession::Scope() const {
  v1::Scope scope;
  scope.set_session_id(id_);
  scope.set_secret(secret_);
  scope.set_attachment(attachment_);
  return scope;
}

v1::Command WireSession::Create(uint64_t sequence, uint64_t handle,
                                const std::vector<float>& values) const {
  v1::Command command;
  command.set_sequence(sequence);
  v1::CreateTensorRequest& create = *command.mutable_create_tensor();
  create.set_handle(handle);
  create.mutable_spec()->set_dtype(v1::DTYPE_FLOAT32);
  create.mutable_spec()->add_shape(static_cast<int64_t>(values.size()));
  create.set_data(
      std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)));
  return command;
}

v1::Command WireSession::CallOp(uint64_t sequence, const std::string& op,
                                std::vector<uint64_t> inputs, uint64_t output) const {
  v1::Command command;
  command.set_sequence(sequence);
  v1::OpCall& call = *command.mutable_forward()->add_calls();
  call.set_op(op);
  call.mutable_inputs()->Assign(inputs.begin(), inputs.end());
  call.set_output(output);
  return command;
}

v1::Command WireSession::Fetch(uint64_t sequence, uint64_t handle) const {
  v1::Command command;
  command.set_sequence(sequence);
  command.mutable_fetch()->set_handle(handle);
  return command;
}

v1::Command WireSession::Release(uint64_t sequence, uint64_t handle) const {
  v1::Command command;
  command.set_sequence(sequence);
  command.mutable_release()->add_handles(handle);
  return command;
}

v1::Command WireSession::CreateMatrix(uint64_t sequence, uint64_t handle) const {
  const int64_t size = IsOnGpu() ? 1 : kProductSize;
  v1::Command command =
      Create(sequence, handle, std::vector<float>(static_cast<size_t>(size * size), 1e-3f));
  v1::TensorSpec& spec = *command.mutable_create_tensor()->mutable_spec();
  spec.clear_shape();
  spec.add_shape(size);
  spec.add_shape(size);
  return command;
}

v1::Command WireSession::Heavy(uint64_t sequence, uint64_t x, uint64_t first_output,
                               int count) const {
  v1::Command command;
  command.set_sequence(sequence);
  for (int i = 0; i < count; ++i) {
    v1::OpCall& call = *command.mutable_forward()->add_calls();
    call.set_output(first_output + i);
    if (!IsOnGpu()) {
      call.set_op("matmul");
      call.add_inputs(x);
      call.add_inputs(x);
    } else if (i == 0) {
      call.set_op("expand");
      call.add_inputs(x);
      v1::Attribute& shape = *call.add_attributes();
      shape.set_name("shape");
      for (int d = 0; d < 2; ++d) shape.mutable_ints_value()->add_values(SumSize());
    } else {
      call.set_op("sum");
      call.add_inputs(first_output);
    }
  }
  return command;
}

absl::Status WireSession::CreateTensor(uint64_t handle, const std::vector<float>& values) {
  v1::CreateTensorRequest request = Create(0, handle, values).create_tensor();
  *request.mutable_scope() = Scope();
  v1::CreateTensorResponse response;
  return client_.Call("CreateTensor", request, &response);
}

absl::StatusOr<std::vector<float>> WireSession::FetchValues(uint64_t handle) {
  v1::FetchRequest request;
  *request.mutable_scope() = Scope();
  request.set_handle(handle);
  v1::FetchResponse response;
  if (absl::Status status = client_.Call("Fetch", request, &response); !status.ok()) return status;
  return ValuesOf(response);
}

std::vector<float> ValuesOf(const v1::FetchResponse& response) {
  const std::string& data = response.tensor().data();
  std::vector<float> values(data.size() / sizeof(float));
  std::memcpy(values.data(), data.data(), values.size() * sizeof(float));
  return values;
}

WireExecute::WireExecute(WireSession& session, uint64_t acknowledged,
                         const std::vector<v1::Command>& commands)
    : stream_(session.client().Open("Execute", {.timeout = absl::InfiniteDuration()})) {
  v1::ExecuteRequest request;
  request.mutable_open()->set_session_id(session.id());
  request.mutable_open()->set_secret(session.secret());
  request.mutable_open()->set_attachment(session.attachment());
  request.set_acknowledged(acknowledged);
  for (const v1::Command& command : commands) request.add_commands(command.SerializeAsString());
  if (!stream_->Write(request.SerializeAsString())) return;
  if (!ReadOne(testing::kPatience)) return;
  applied_at_open_ = applied_;
}

bool WireExecute::Send(const std::vector<v1::Command>& commands, uint64_t acknowledged) {
  v1::ExecuteRequest request;
  for (const v1::Command& command : commands) request.add_commands(command.SerializeAsString());
  request.set_acknowledged(acknowledged);
  return stream_->Write(request.SerializeAsString());
}

bool WireExecute::ReadOne(absl::Duration timeout) {
  const std::optional<std::string> bytes = stream_->Read(timeout);
  v1::ExecuteResponse response;
  if (!bytes || !response.ParseFromString(*bytes)) return false;
  if (response.has_opened()) applied_ = response.opened().applied();
  applied_ = std::max(applied_, response.applied());
  for (v1::Result& result : *response.mutable_results()) results_.push_back(std::move(result));
  return true;
}

std::optional<v1::Result> WireExecute::AwaitResult(uint64_t sequence, absl::Duration timeout) {
  for (size_t next = 0;;) {
    for (; next < results_.size(); ++next) {
      if (results_[next].sequence() == sequence) return results_[next];
    }
    if (!ReadOne(timeout)) return std::nullopt;
  }
}

bool WireExecute::AwaitApplied(uint64_t sequence, absl::Duration timeout) {
  while (applied_ < sequence) {
    if (!ReadOne(timeout)) return false;
  }
  return true;
}

absl::Status WireExecute::End() {
  while (ReadOne(testing::kPatience)) {
  }
  return stream_->Finish();
}

}  // namespace gradd::server
