// A client that sends what a well-behaved one never does.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "tests/integration/wire_session.h"

namespace gradd::server {

// A session to misbehave in. Each call takes new handles.
class Offender {
 public:
  explicit Offender(WireClient& client) : client_(client), session_(client) {}

  WireSession& session() { return session_; }
  uint64_t NewHandle() { return session_.Handle(++last_handle_); }

  template <class Request>
  absl::Status Send(const std::string& method, Request request) {
    *request.mutable_scope() = session_.Scope();
    std::string response;
    return client_.CallRaw(method, request.SerializeAsString(), &response);
  }

  v1::CreateTensorRequest CreateRequest(const std::vector<int64_t>& shape, const std::string& data,
                                        v1::DType dtype = v1::DTYPE_FLOAT32) {
    v1::CreateTensorRequest request;
    request.set_handle(NewHandle());
    request.mutable_spec()->set_dtype(dtype);
    request.mutable_spec()->mutable_shape()->Assign(shape.begin(), shape.end());
    request.set_data(data);
    return request;
  }
  absl::Status Create(const std::vector<int64_t>& shape, const std::string& data,
                      v1::DType dtype = v1::DTYPE_FLOAT32) {
    return Send("CreateTensor", CreateRequest(shape, data, dtype));
  }
  // The handle of a tensor of ones.
  uint64_t Ones(const std::vector<int64_t>& shape, bool requires_grad = false,
                const std::string& device = "") {
    int64_t count = 1;
    for (const int64_t size : shape) count *= size;
    const std::vector<float> ones(static_cast<size_t>(count), 1);
    v1::CreateTensorRequest request =
        CreateRequest(shape, {reinterpret_cast<const char*>(ones.data()), ones.size() * 4});
    request.set_requires_grad(requires_grad);
    request.mutable_spec()->set_device(device);
    const absl::Status status = Send("CreateTensor", request);
    EXPECT_TRUE(status.ok()) << status;
    return request.handle();
  }
  uint64_t Indices(const std::vector<int64_t>& values) {
    const v1::CreateTensorRequest request = CreateRequest(
        {static_cast<int64_t>(values.size())},
        {reinterpret_cast<const char*>(values.data()), values.size() * 8}, v1::DTYPE_INT64);
    EXPECT_TRUE(Send("CreateTensor", request).ok());
    return request.handle();
  }

  using Attributes = std::function<void(v1::OpCall&)>;
  absl::Status Op(const std::string& op, const std::vector<uint64_t>& inputs,
                  const Attributes& set = nullptr, uint64_t* output = nullptr,
                  bool in_place = false) {
    v1::ForwardRequest request;
    v1::OpCall& call = *request.add_calls();
    call.set_op(op);
    call.mutable_inputs()->Assign(inputs.begin(), inputs.end());
    call.set_in_place(in_place);
    if (!in_place) call.set_output(NewHandle());
    if (output != nullptr) *output = call.output();
    if (set) set(call);
    return Send("Forward", request);
  }
  static Attributes Ints(const std::string& name, const std::vector<int64_t>& values) {
    return [=](v1::OpCall& call) {
      v1::Attribute& attribute = *call.add_attributes();
      attribute.set_name(name);
      attribute.mutable_ints_value()->mutable_values()->Assign(values.begin(), values.end());
    };
  }
  // What the op full needs for `size` zeros.
  static Attributes Full(int64_t size) {
    return [=](v1::OpCall& call) {
      Ints("shape", {size})(call);
      v1::Attribute& value = *call.add_attributes();
      value.set_name("value");
      value.mutable_scalar_value()->set_float_value(0);
    };
  }
  static Attributes Int(const std::string& name, int64_t value) {
    return [=](v1::OpCall& call) {
      v1::Attribute& attribute = *call.add_attributes();
      attribute.set_name(name);
      attribute.set_int_value(value);
    };
  }
  absl::Status Fetch(uint64_t handle) {
    v1::FetchRequest request;
    request.set_handle(handle);
    return Send("Fetch", request);
  }
  absl::Status Backward(uint64_t tensor, uint64_t gradient = 0) {
    v1::BackwardRequest request;
    request.add_tensors(tensor);
    if (gradient != 0) request.add_gradients(gradient);
    return Send("Backward", request);
  }
  // A scalar that depends on `x` by sin, whose residual is `x`.
  uint64_t Loss(uint64_t x) {
    uint64_t y = 0, loss = 0;
    EXPECT_TRUE(Op("sin", {x}, nullptr, &y).ok());
    EXPECT_TRUE(Op("sum", {y}, nullptr, &loss).ok());
    return loss;
  }
  absl::Status Optimizer(const std::vector<uint64_t>& parameters, uint64_t* handle = nullptr) {
    v1::CreateOptimizerRequest request;
    request.set_handle(NewHandle());
    request.set_kind("sgd");
    request.add_groups()->mutable_parameters()->Assign(parameters.begin(), parameters.end());
    if (handle != nullptr) *handle = request.handle();
    return Send("CreateOptimizer", request);
  }
  absl::Status Sgd(const std::string& option, double value) {
    v1::CreateOptimizerRequest request;
    request.set_handle(NewHandle());
    request.set_kind("sgd");
    v1::ParameterGroup& group = *request.add_groups();
    group.add_parameters(Ones({2}, true));
    (*group.mutable_options())["lr"] = 0.1;
    (*group.mutable_options())[option] = value;
    return Send("CreateOptimizer", request);
  }

 private:
  WireClient& client_;
  WireSession session_;
  uint64_t last_handle_ = 0;
};

}  // namespace gradd::server
