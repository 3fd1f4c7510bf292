// A Session driven without a network: commands as a client's stream would send them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/ops/op_table.h"
#include "proto/codec/status.h"
#include "server/session/command_log.h"
#include "server/session/session.h"
#include "tests/support/must.h"

namespace gradd::testing {

class SessionDriver {
 public:
  explicit SessionDriver(server::SessionOptions options = {}, bool sim = false)
      : backends_(MakeHostBackends(true)) {
    options.backends = backends_.get();
    if (sim) options.device = {DeviceKind::kSim, 0};
    session_ = Must(server::Session::Create(options));
    attachment_ = session_->Attach();
  }

  server::Session& session() { return *session_; }
  uint32_t attachment() const { return attachment_; }
  uint64_t NewHandle() { return (uint64_t{attachment_} << 40) + ++last_handle_; }

  // Applies a command with the next number, of the current lane and epoch.
  v1::Result Apply(v1::Command command) {
    command.set_sequence(++sequence_);
    command.set_lane(lane);
    command.set_epoch(epoch);
    v1::Result result;
    session_->Apply(attachment_, command, cancellation, &result);
    return result;
  }
  absl::Status StatusOf(const v1::Result& result, codec::ErrorOrigin* origin = nullptr) {
    return result.has_status() ? codec::DecodeStatus(result.status(), origin) : absl::OkStatus();
  }

  uint64_t Tensor(const std::vector<double>& elements, bool requires_grad = false) {
    v1::Command command;
    v1::CreateTensorRequest* create = command.mutable_create_tensor();
    const uint64_t handle = NewHandle();
    create->set_handle(handle);
    create->mutable_spec()->set_dtype(v1::DTYPE_FLOAT64);
    create->mutable_spec()->add_shape(static_cast<int64_t>(elements.size()));
    create->set_data(elements.data(), elements.size() * sizeof(double));
    create->set_requires_grad(requires_grad);
    (void)Apply(command);
    return handle;
  }
  uint64_t Indices(const std::vector<int64_t>& elements) {
    v1::Command command;
    v1::CreateTensorRequest* create = command.mutable_create_tensor();
    const uint64_t handle = NewHandle();
    create->set_handle(handle);
    create->mutable_spec()->set_dtype(v1::DTYPE_INT64);
    create->mutable_spec()->add_shape(static_cast<int64_t>(elements.size()));
    create->set_data(elements.data(), elements.size() * sizeof(int64_t));
    (void)Apply(command);
    return handle;
  }

  // A command of one call. `source` is the client's line.
  static v1::Command Call(const std::string& op, const std::vector<uint64_t>& inputs,
                          uint64_t output, const std::string& source = "") {
    v1::Command command;
    v1::OpCall* call = command.mutable_forward()->add_calls();
    call->set_op(op);
    for (const uint64_t input : inputs) call->add_inputs(input);
    call->set_output(output);
    call->set_source(source);
    return command;
  }
  uint64_t Op(const std::string& op, const std::vector<uint64_t>& inputs,
              const std::string& source = "") {
    const uint64_t output = NewHandle();
    (void)Apply(Call(op, inputs, output, source));
    return output;
  }
  v1::Result InPlace(const std::string& op, const std::vector<uint64_t>& inputs,
                     const std::string& source = "") {
    v1::Command command = Call(op, inputs, 0, source);
    command.mutable_forward()->mutable_calls(0)->set_in_place(true);
    return Apply(command);
  }
  v1::Result Backward(uint64_t tensor, const std::string& source = "") {
    v1::Command command;
    command.mutable_backward()->add_tensors(tensor);
    command.mutable_backward()->set_source(source);
    return Apply(command);
  }
  v1::Result Fetch(uint64_t handle) {
    v1::Command command;
    command.mutable_fetch()->set_handle(handle);
    return Apply(command);
  }
  std::vector<double> Read(uint64_t handle) {
    const v1::Result result = Fetch(handle);
    Must(StatusOf(result));
    const std::string& data = result.fetch().tensor().data();
    std::vector<double> elements(data.size() / sizeof(double));
    std::memcpy(elements.data(), data.data(), data.size());
    return elements;
  }
  uint64_t Grad(uint64_t tensor) {
    v1::Command command;
    const uint64_t handle = NewHandle();
    command.mutable_get_grad()->set_tensor(tensor);
    command.mutable_get_grad()->set_handle(handle);
    return Apply(command).get_grad().defined() ? handle : 0;
  }

  uint32_t lane = 1;
  uint32_t epoch = 0;
  Cancellation cancellation;

 private:
  const std::unique_ptr<BackendRegistry> backends_;
  std::unique_ptr<server::Session> session_;
  uint32_t attachment_ = 0;
  uint64_t sequence_ = 0;
  uint64_t last_handle_ = 0;
};

}  // namespace gradd::testing
