// Every kind of bad request gets its code, and the next request is answered.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "proto/codec/status.h"
#include "server/limits.h"
#include "tests/integration/wire_session.h"
#include "tests/support/server_fixture.h"

namespace gradd::server {
namespace {

using Code = absl::StatusCode;

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

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
const double kNan = std::nan("");
constexpr v1::DType kBool = v1::DTYPE_BOOL;

struct Row {
  const char* name;
  Code code;
  std::function<absl::Status(Offender&)> offend;
};

const std::vector<Row>& Rows() {
  using O = Offender;
  constexpr Code kIa = Code::kInvalidArgument, kRe = Code::kResourceExhausted,
                 kFp = Code::kFailedPrecondition, kNf = Code::kNotFound, kOk = Code::kOk;
  static const auto* const kRows = new std::vector<Row>{
      // Shapes and payloads.
      {"dim -1", kIa, [](O& o) { return o.Create({-1}, ""); }},
      {"dim INT64_MIN", kIa, [](O& o) { return o.Create({kMin}, ""); }},
      {"two negative dims", kIa,
       [](O& o) {
         return o.Create({-2, -2}, std::string(16, 0));
       }},
      {"product overflows", kIa,
       [](O& o) {
         return o.Create({1ll << 40, 1ll << 40}, "");
       }},
      {"bytes overflow", kIa, [](O& o) { return o.Create({1ll << 61}, "", v1::DTYPE_FLOAT64); }},
      {"overflow hidden by a zero", kOk,
       [](O& o) {
         return o.Create({0, 1ll << 20}, "");
       }},
      {"a million dims", kIa,
       [](O& o) { return o.Create(std::vector<int64_t>(1'000'000, 1), std::string(4, 0)); }},
      {"rank 0 where 1 is needed", kIa,
       [](O& o) {
         return o.Op("matmul", {o.Ones({}), o.Ones({})});
       }},
      {"zero-size tensor", kOk,
       [](O& o) {
         return o.Create({0, 3}, "");
       }},
      {"payload too short", kIa, [](O& o) { return o.Create({2}, std::string(7, 0)); }},
      {"payload too long", kIa, [](O& o) { return o.Create({2}, std::string(9, 0)); }},
      {"payload missing", kIa, [](O& o) { return o.Create({2}, ""); }},
      {"dtype unspecified", kIa,
       [](O& o) { return o.Create({1}, std::string(4, 0), v1::DTYPE_UNSPECIFIED); }},
      {"dtype unknown", kIa,
       [](O& o) { return o.Create({1}, std::string(4, 0), static_cast<v1::DType>(99)); }},
      {"blob that is none", kNf,
       [](O& o) {
         v1::CreateTensorRequest request = o.CreateRequest({1}, "");
         request.set_blob(77);
         return o.Send("CreateTensor", request);
       }},
      {"device that is none", kIa,
       [](O& o) {
         v1::CreateTensorRequest request = o.CreateRequest({1}, std::string(4, 0));
         request.mutable_spec()->set_device("tpu\x1b[31m%n\n");
         return o.Send("CreateTensor", request);
       }},
      {"NaN as a value", kOk, [](O& o) { return o.Create({1}, "\xff\xff\xff\xff"); }},
      {"tensor beyond the quota", kRe, [](O& o) { return o.Op("full", {}, O::Full(1ll << 40)); }},
      {"random beyond the quota", kRe,
       [](O& o) { return o.Op("rand", {}, O::Ints("shape", {1ll << 45})); }},
      {"random whose size overflows", kIa,
       [](O& o) {
         return o.Op("rand", {}, O::Ints("shape", {1ll << 40, 1ll << 40}));
       }},
      // Ops and their arguments.
      {"unknown op", kIa, [](O& o) { return o.Op("no_such_op", {o.Ones({1})}); }},
      {"op of nothing but escapes", kIa, [](O& o) { return o.Op("\n\x1b[31m%n%s", {}); }},
      {"internal op", kIa, [](O& o) { return o.Op("pointwise_vjp_sin", {o.Ones({1})}); }},
      {"op number that is none", kIa,
       [](O& o) {
         return o.Op("", {o.Ones({1})}, [](v1::OpCall& call) { call.set_op_id(12345); });
       }},
      {"too few inputs", kIa, [](O& o) { return o.Op("add", {o.Ones({1})}); }},
      {"too many inputs", kIa,
       [](O& o) { return o.Op("sin", std::vector<uint64_t>(100'000, o.Ones({1}))); }},
      {"scalar missing", kIa,
       [](O& o) {
         return o.Op("add", {o.Ones({1}), 0});
       }},
      {"missing attribute", kIa, [](O& o) { return o.Op("view", {o.Ones({1})}); }},
      {"unknown attribute", kIa,
       [](O& o) { return o.Op("sum", {o.Ones({1})}, O::Int("no_such", 1)); }},
      {"mistyped attribute", kIa,
       [](O& o) { return o.Op("sum", {o.Ones({1})}, O::Int("dims", 0)); }},
      {"dtype that the op does not do", Code::kUnimplemented,
       [](O& o) {
         const v1::CreateTensorRequest made = o.CreateRequest({1, 1}, std::string(1, 1), kBool);
         EXPECT_TRUE(o.Send("CreateTensor", made).ok());
         return o.Op("matmul", {made.handle(), made.handle()});
       }},
      {"mixed dtypes", kIa,
       [](O& o) {
         return o.Op("matmul", {o.Ones({1}), o.Indices({1})});
       }},
      {"mixed devices", kIa,
       [](O& o) {
         return o.Op("add", {o.Ones({1}), o.Ones({1}, false, "sim:0")});
       }},
      {"shapes that do not broadcast", kIa,
       [](O& o) {
         return o.Op("add", {o.Ones({2}), o.Ones({3})});
       }},
      {"inner sizes of matmul", kIa,
       [](O& o) {
         return o.Op("matmul", {o.Ones({2, 3}), o.Ones({2, 3})});
       }},
      {"axis out of range", kIa,
       [](O& o) { return o.Op("sum", {o.Ones({2})}, O::Ints("dims", {1})); }},
      {"axis far out of range", kIa,
       [](O& o) { return o.Op("sum", {o.Ones({2})}, O::Ints("dims", {kMin})); }},
      {"axis twice", kIa,
       [](O& o) {
         return o.Op("sum", {o.Ones({2})}, O::Ints("dims", {0, -1}));
       }},
      {"view of another count", kIa,
       [](O& o) { return o.Op("view", {o.Ones({6})}, O::Ints("shape", {4})); }},
      {"view with two -1", kIa,
       [](O& o) {
         return o.Op("view", {o.Ones({6})}, O::Ints("shape", {-1, -1}));
       }},
      {"view that overflows", kIa,
       [](O& o) {
         return o.Op("view", {o.Ones({6})}, O::Ints("shape", {1ll << 40, 1ll << 40}));
       }},
      {"slice with step 0", kIa,
       [](O& o) { return o.Op("slice", {o.Ones({6})}, O::Int("step", 0)); }},
      {"select out of range", kIa,
       [](O& o) { return o.Op("select", {o.Ones({6})}, O::Int("index", 6)); }},
      {"as_strided beyond its storage", kIa,
       [](O& o) {
         return o.Op("as_strided", {o.Ones({6})}, [](v1::OpCall& call) {
           O::Ints("size", {6})(call);
           O::Ints("stride", {1ll << 60})(call);
         });
       }},
      {"index out of range", kIa,
       [](O& o) {
         return o.Op("index_select", {o.Ones({6}), o.Indices({0, 6})}, O::Int("dim", 0));
       }},
      {"index below the range", kIa,
       [](O& o) {
         return o.Op("index_select", {o.Ones({6}), o.Indices({kMin})}, O::Int("dim", 0));
       }},
      {"floats as indices", kIa,
       [](O& o) {
         return o.Op("index_select", {o.Ones({6}), o.Ones({1})}, O::Int("dim", 0));
       }},
      // Handles.
      {"handle 0", kNf, [](O& o) { return o.Fetch(0); }},
      {"handle never defined", kNf, [](O& o) { return o.Fetch(o.NewHandle()); }},
      {"handle all ones", kNf, [](O& o) { return o.Fetch(~uint64_t{0}); }},
      {"handle freed", kNf,
       [](O& o) {
         v1::ReleaseRequest release;
         release.add_handles(o.Ones({1}));
         EXPECT_TRUE(o.Send("Release", release).ok());
         return o.Fetch(release.handles(0));
       }},
      {"handle freed twice", kOk,
       [](O& o) {
         v1::ReleaseRequest release;
         release.add_handles(o.Ones({1}));
         release.add_handles(release.handles(0));
         return o.Send("Release", release);
       }},
      {"handle in use as an output", kIa,
       [](O& o) {
         const uint64_t x = o.Ones({1});
         return o.Op("sin", {x}, [&](v1::OpCall& call) { call.set_output(x); });
       }},
      {"handle of another attachment as an output", kIa,
       [](O& o) {
         return o.Op("sin", {o.Ones({1})}, [](v1::OpCall& call) { call.set_output(7ull << 40); });
       }},
      {"import of nothing", kNf,
       [](O& o) {
         v1::ImportRequest request;
         request.set_handle(o.NewHandle());
         request.set_from(9ull << 40 | 1);
         return o.Send("Import", request);
       }},
      // Gradients.
      {"backward of a non-scalar", kIa,
       [](O& o) {
         uint64_t y = 0;
         EXPECT_TRUE(o.Op("sin", {o.Ones({2}, true)}, nullptr, &y).ok());
         return o.Backward(y);
       }},
      {"seed of another shape", kIa,
       [](O& o) {
         uint64_t y = 0;
         EXPECT_TRUE(o.Op("sin", {o.Ones({2}, true)}, nullptr, &y).ok());
         return o.Backward(y, o.Ones({3}));
       }},
      {"backward twice", kFp,
       [](O& o) {
         const uint64_t loss = o.Loss(o.Ones({2}, true));
         EXPECT_TRUE(o.Backward(loss).ok());
         return o.Backward(loss);
       }},
      {"backward without a graph", kFp, [](O& o) { return o.Backward(o.Ones({})); }},
      {"saved value changed in place", kFp,
       [](O& o) {
         uint64_t y = 0, z = 0, loss = 0;
         EXPECT_TRUE(o.Op("sin", {o.Ones({2}, true)}, nullptr, &y).ok());
         EXPECT_TRUE(o.Op("sin", {y}, nullptr, &z).ok());
         EXPECT_TRUE(o.Op("add", {y, y}, nullptr, nullptr, true).ok());
         EXPECT_TRUE(o.Op("sum", {z}, nullptr, &loss).ok());
         return o.Backward(loss);
       }},
      {"gradient of an integer", kIa,
       [](O& o) {
         v1::SetRequiresGradRequest request;
         request.set_handle(o.Indices({1}));
         request.set_requires_grad(true);
         return o.Send("SetRequiresGrad", request);
       }},
      // Optimizers.
      {"lr NaN", kIa, [](O& o) { return o.Sgd("lr", kNan); }},
      {"lr negative", kIa, [](O& o) { return o.Sgd("lr", -1); }},
      {"momentum negative", kIa, [](O& o) { return o.Sgd("momentum", -1); }},
      {"unknown option", kIa, [](O& o) { return o.Sgd("\x1b[31m%n", 1); }},
      {"step of no optimizer", kNf,
       [](O& o) {
         v1::StepRequest request;
         request.set_optimizer(o.Ones({1}));
         return o.Send("Step", request);
       }},
      {"step without gradients", kOk,
       [](O& o) {
         v1::CreateOptimizerRequest request;
         request.set_handle(o.NewHandle());
         request.set_kind("sgd");
         request.add_groups()->add_parameters(o.Ones({2}, true));
         (*request.mutable_groups(0)->mutable_options())["lr"] = 0.1;
         EXPECT_TRUE(o.Send("CreateOptimizer", request).ok());
         v1::StepRequest step;
         step.set_optimizer(request.handle());
         return o.Send("Step", step);
       }},
      {"optimizer of nothing", kIa,
       [](O& o) {
         v1::CreateOptimizerRequest request;
         request.set_handle(o.NewHandle());
         request.set_kind("sgd");
         return o.Send("CreateOptimizer", request);
       }},
      {"optimizer of an empty group", kIa, [](O& o) { return o.Optimizer({}); }},
      {"optimizer of a non-leaf", kIa,
       [](O& o) {
         uint64_t y = 0;
         EXPECT_TRUE(o.Op("sin", {o.Ones({2}, true)}, nullptr, &y).ok());
         return o.Optimizer({y});
       }},
      {"tensor under an optimizer's handle", kIa,
       [](O& o) {
         uint64_t optimizer = 0;
         EXPECT_TRUE(o.Optimizer({o.Ones({2}, true)}, &optimizer).ok());
         return o.Op("sin", {o.Ones({1})}, [=](v1::OpCall& call) { call.set_output(optimizer); });
       }},
      {"optimizer where a tensor is needed", kNf,
       [](O& o) {
         uint64_t optimizer = 0;
         EXPECT_TRUE(o.Optimizer({o.Ones({2}, true)}, &optimizer).ok());
         return o.Op("sin", {optimizer});
       }},
      {"optimizer of no kind", kIa,
       [](O& o) {
         v1::CreateOptimizerRequest request;
         request.set_handle(o.NewHandle());
         request.set_kind("\n");
         request.add_groups()->add_parameters(o.Ones({2}, true));
         return o.Send("CreateOptimizer", request);
       }},
      {"options of a group that is not there", kIa,
       [](O& o) {
         v1::SetOptimizerOptionsRequest request;
         uint64_t optimizer = 0;
         EXPECT_TRUE(o.Optimizer({o.Ones({2}, true)}, &optimizer).ok());
         request.set_optimizer(optimizer);
         request.set_group(UINT32_MAX);
         return o.Send("SetOptimizerOptions", request);
       }},
      {"state of a parameter that is not there", kIa,
       [](O& o) {
         v1::GetOptimizerStateRequest request;
         uint64_t optimizer = 0;
         EXPECT_TRUE(o.Optimizer({o.Ones({2}, true)}, &optimizer).ok());
         request.set_optimizer(optimizer);
         request.set_parameter(UINT32_MAX);
         request.set_handle(o.NewHandle());
         return o.Send("GetOptimizerState", request);
       }},
      {"state after INT64_MIN steps", kIa,
       [](O& o) {
         v1::SetOptimizerStateRequest request;
         uint64_t optimizer = 0;
         EXPECT_TRUE(o.Optimizer({o.Ones({2}, true)}, &optimizer).ok());
         request.set_optimizer(optimizer);
         request.set_step(INT64_MIN);
         return o.Send("SetOptimizerState", request);
       }},
      {"group for a tensor that is no optimizer", kNf,
       [](O& o) {
         v1::AddParameterGroupRequest request;
         request.set_optimizer(o.Ones({1}));
         return o.Send("AddParameterGroup", request);
       }},
      {"zero_grad of no optimizer", kNf,
       [](O& o) {
         v1::ZeroGradRequest request;
         request.set_optimizer(o.Ones({1}));
         return o.Send("ZeroGrad", request);
       }},
      {"norm of no order", kIa,
       [](O& o) {
         v1::ClipGradNormRequest request;
         request.set_norm_type(kNan);
         request.set_total_norm(o.NewHandle());
         return o.Send("ClipGradNorm", request);
       }},
      {"clipping without gradients", kOk,
       [](O& o) {
         v1::ClipGradNormRequest request;
         request.add_parameters(o.Indices({1}));
         request.set_max_norm(kNan);
         request.set_total_norm(o.NewHandle());
         return o.Send("ClipGradNorm", request);
       }},
      {"clipping what is not there", kNf,
       [](O& o) {
         v1::ClipGradValueRequest request;
         request.add_parameters(o.NewHandle());
         return o.Send("ClipGradValue", request);
       }},
  };
  return *kRows;
}

TEST(BadInput, GetsItsCodeAndHarmsNothing) {
  TestServer server;
  WireClient client(server.target());
  Offender offender(client);
  for (const Row& row : Rows()) {
    const absl::Status status = row.offend(offender);
    EXPECT_EQ(status.code(), row.code) << row.name << ": " << status;
    for (const char c : status.message()) {
      EXPECT_TRUE((c >= 0x20 && c != 0x7f) || c == '\n') << row.name << ": " << status;
    }
    EXPECT_FALSE(absl::StrContains(status.message(), "\x1b")) << row.name;
    const auto next = offender.session().FetchValues(offender.Ones({2}));
    ASSERT_TRUE(next.ok()) << row.name << ", then " << next.status();
    EXPECT_THAT(*next, ::testing::ElementsAre(1, 1)) << row.name;
  }
}

// "Absent" and "not yours" are one text, whoever's the handle is.
TEST(BadInput, HandlesThatAreNotThereReadAlike) {
  TestServer server;
  WireClient client(server.target());
  Offender mine(client), other(client);
  const auto text = [&](uint64_t handle) {
    std::string message(mine.Fetch(handle).message());
    for (char& c : message) {
      if (c >= '0' && c <= '9') c = '#';
    }
    return message.substr(0, message.find('#'));
  };
  const std::string of_other = text(other.session().Handle(5));
  EXPECT_EQ(of_other, text(mine.NewHandle()));
  EXPECT_EQ(of_other, text(3ull << 40 | 1));
}

// Of the QuotaFailure that an error carries; empty: it carries none.
std::string ViolatedQuota(const absl::Status& status) {
  google::rpc::QuotaFailure failure;
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.QuotaFailure");
  if (!payload || !failure.ParseFromString(std::string(*payload))) return "";
  EXPECT_EQ(failure.violations_size(), 1);
  EXPECT_EQ(failure.violations(0).description(), status.message());
  return failure.violations(0).subject();
}

void ExpectQuota(const absl::Status& status, absl::string_view reason, absl::string_view subject) {
  EXPECT_EQ(status.code(), Code::kResourceExhausted) << status;
  EXPECT_EQ(ErrorReason(status), reason);
  EXPECT_EQ(ViolatedQuota(status), subject);
}

TEST(BadInput, QuotasOfASession) {
  Config config = TestServer::DefaultConfig();
  config.max_session_tensors = 20;
  config.max_session_bytes = 1 << 20;
  config.max_session_nodes = 10;
  TestServer server(config);
  WireClient client(server.target());
  {
    Offender offender(client);
    absl::Status status;
    int made = 0;
    for (; made < 100; ++made) {
      status = offender.Create({1}, std::string(4, 0));
      if (!status.ok()) break;
    }
    EXPECT_EQ(made, 20);
    ExpectQuota(status, "QUOTA_TENSORS", "session:tensors");
  }
  {
    Offender offender(client);
    const uint64_t parameter = offender.Ones({1}, true);
    absl::Status status;
    int made = 0;
    for (; made < 100; ++made) {
      status = offender.Optimizer({parameter});
      if (!status.ok()) break;
    }
    EXPECT_EQ(made, 19) << "an optimizer's handle counts like any other";
    ExpectQuota(status, "QUOTA_TENSORS", "session:tensors");
  }
  {
    Offender offender(client);
    ExpectQuota(offender.Op("full", {}, Offender::Full(1 << 20)), "QUOTA_BYTES", "session:bytes");
    v1::CreateBlobRequest blob;
    blob.set_size(2 << 20);
    ExpectQuota(offender.Send("CreateBlob", blob), "QUOTA_BYTES", "session:bytes");
    EXPECT_TRUE(offender.Create({1}, std::string(4, 0)).ok());
  }
  {
    Offender offender(client);
    uint64_t y = offender.Ones({1}, true);
    absl::Status status;
    for (int i = 0; i < 15 && status.ok(); ++i) status = offender.Op("sin", {y}, nullptr, &y);
    ExpectQuota(status, "QUOTA_NODES", "session:nodes");
  }
}

TEST(BadInput, QuotasOfAnAttachment) {
  TestServer server;
  WireClient client(server.target());
  WireSession session(client);
  WireExecute stream(session);
  uint64_t sequence = 0;
  // Lanes that fail and never hear of it.
  std::vector<v1::Command> commands;
  for (uint32_t lane = 1; lane <= limits::kFailedLanes + 1; ++lane) {
    v1::Command& command = commands.emplace_back(session.Fetch(++sequence, 0));
    command.set_lane(lane);
  }
  ASSERT_TRUE(stream.Send(commands));
  auto result = stream.AwaitResult(limits::kFailedLanes);
  ASSERT_TRUE(result);
  EXPECT_EQ(codec::DecodeStatus(result->status()).code(), Code::kNotFound);
  result = stream.AwaitResult(limits::kFailedLanes + 1);
  ASSERT_TRUE(result);
  ExpectQuota(codec::DecodeStatus(result->status()), "QUOTA_LANES", "attachment:lanes");

  // Definitions. Nothing keeps them from being sent, whatever has failed.
  constexpr uint32_t kInOne = 60'000;
  for (uint32_t id = 1; id <= limits::kDefinitions + 1;) {
    v1::Command command;
    command.set_sequence(++sequence);
    for (uint32_t k = 0; k < kInOne && id <= limits::kDefinitions + 1; ++k) {
      command.mutable_define()->add_definitions()->set_id(id++);
    }
    ASSERT_TRUE(stream.Send({command}, stream.applied()));
  }
  result = stream.AwaitResult(sequence);
  ASSERT_TRUE(result);
  ExpectQuota(codec::DecodeStatus(result->status()), "QUOTA_DEFINITIONS", "attachment:definitions");
}

// Sixteen megabytes that would become a gigabyte of objects.
TEST(BadInput, CallsOfACommandAreCountedBeforeTheyAreMade) {
  TestServer server;
  WireClient client(server.target());
  WireSession session(client);
  EXPECT_EQ(session.limits().calls_per_command(), limits::kCallsPerCommand);
  std::string calls;
  while (calls.size() < (15 << 20)) calls.append("\x12\x00", 2);  // ForwardRequest.calls
  v1::ForwardRequest forward;
  *forward.mutable_scope() = session.Scope();
  std::string response;
  ExpectQuota(client.CallRaw("Forward", forward.SerializeAsString() + calls, &response),
              "TOO_MANY_CALLS", "command:calls");

  v1::Command command = session.Fetch(1, 0);
  command.clear_fetch();
  std::string bytes = command.SerializeAsString();
  bytes += "\x22";  // Command.forward
  for (size_t size = calls.size(); size > 0; size >>= 7) {
    bytes += static_cast<char>((size & 0x7f) | (size >= 0x80 ? 0x80 : 0));
  }
  bytes += calls;
  v1::ExecuteRequest request;
  request.add_commands(bytes);
  WireExecute stream(session);
  (void)stream.stream().Write(request.SerializeAsString());
  ExpectQuota(stream.End(), "TOO_MANY_CALLS", "command:calls");
  // Nothing of it happened.
  WireExecute again(session);
  EXPECT_EQ(again.applied_at_open(), 0u);
  ASSERT_TRUE(again.Send({session.Create(1, session.Handle(1), {1})}));
  EXPECT_TRUE(again.AwaitApplied(1));
}

TEST(BadInput, TextsAreCutWhereTheyWouldBeKept) {
  TestServer server;
  WireClient client(server.target());
  Offender offender(client);
  uint64_t y = 0;
  ASSERT_TRUE(offender
                  .Op(
                      "sin", {offender.Ones({1}, true)},
                      [](v1::OpCall& call) { call.set_source(std::string(4 << 20, 's')); }, &y)
                  .ok());
  v1::DescribeGraphRequest request;
  *request.mutable_scope() = offender.session().Scope();
  request.set_tensor(y);
  v1::DescribeGraphResponse graph;
  ASSERT_TRUE(client.Call("DescribeGraph", request, &graph).ok());
  EXPECT_EQ(graph.nodes(0).source().size(), limits::kSourceBytes);
}

void Expect(const absl::Status& status, Code code, absl::string_view reason) {
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_EQ(ErrorReason(status), reason);
}

TEST(BadInput, StreamsHaveTheLimitsOfCalls) {
  Config config = TestServer::DefaultConfig();
  config.max_message_bytes = 2 << 20;
  TestServer server(config);
  WireClient client(server.target());
  WireSession session(client);
  {
    WireExecute stream(session);
    (void)stream.stream().Write(std::string(3 << 20, 'x'));
    EXPECT_EQ(stream.End().code(), Code::kResourceExhausted);
  }
  {
    auto stream = client.Open("Execute", {.gzip = true});
    v1::ExecuteRequest request;
    request.add_commands(std::string(100'000, '\0'));
    (void)stream->Write(request.SerializeAsString());
    EXPECT_EQ(stream->Finish().code(), Code::kUnimplemented);
  }
  EXPECT_TRUE(session.CreateTensor(session.Handle(1), {1}).ok());
}

// The command itself, and what was sent behind it, say what its time was.
TEST(BadInput, ACommandHasItsTime) {
  Config config = TestServer::DefaultConfig();
  config.max_command_duration = absl::Milliseconds(200);
  TestServer server(config);
  WireClient client(server.target());
  WireSession session(client);
  WireExecute stream(session);
  constexpr int kCalls = 4000;
  v1::Command heavy = session.Heavy(2, session.Handle(1), session.Handle(2), kCalls);
  for (v1::OpCall& call : *heavy.mutable_forward()->mutable_calls()) call.set_source("user.cc:9");
  v1::Command later = session.Fetch(4, session.Handle(1 + kCalls));
  later.set_lane(7);
  ASSERT_TRUE(stream.Send({session.CreateMatrix(1, session.Handle(1)), heavy,
                           session.Create(3, session.Handle(900'000), {1}), later}));
  for (const uint64_t sequence : {2, 3, 4}) {
    const auto result = stream.AwaitResult(sequence);
    ASSERT_TRUE(result);
    codec::ErrorOrigin origin;
    const absl::Status status = codec::DecodeStatus(result->status(), &origin);
    Expect(status, Code::kDeadlineExceeded, "COMMAND_TOO_SLOW");
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("200ms")) << sequence;
    EXPECT_EQ(origin.op, "matmul");
    EXPECT_EQ(origin.source, "user.cc:9");
    EXPECT_EQ(origin.sequence, 2u);
  }
}

// Refused for now, not for good.
void ExpectOverload(const absl::Status& status, absl::string_view subject) {
  ExpectQuota(status, "OVERLOADED", subject);
  EXPECT_TRUE(codec::RetryDelay(status));
}

// An answer to the smallest request, once it is refused, or OK if it never is.
absl::Status AwaitRefusal(WireClient& client) {
  absl::Status status;
  for (int i = 0; i < 200 && status.ok(); ++i) {
    v1::GetServerResponse response;
    status = client.Call("GetServer", v1::GetServerRequest(), &response);
    absl::SleepFor(absl::Milliseconds(5));
  }
  return status;
}

// A call that is in flight until it is dropped.
std::unique_ptr<WireStream> LongCall(WireClient& client, WireSession& session, uint64_t number) {
  v1::ForwardRequest request =
      session.Heavy(0, session.Handle(1), session.Handle(2 + number * 4000), 4000).forward();
  *request.mutable_scope() = session.Scope();
  auto call = client.Open("Forward");
  EXPECT_TRUE(call->Write(request.SerializeAsString()));
  return call;
}

void MakeMatrix(WireClient& client, WireSession& session) {
  v1::CreateTensorRequest request = session.CreateMatrix(0, session.Handle(1)).create_tensor();
  *request.mutable_scope() = session.Scope();
  v1::CreateTensorResponse response;
  ASSERT_TRUE(client.Call("CreateTensor", request, &response).ok());
}

TEST(BadInput, TooManyCallsAtOnce) {
  Config config = TestServer::DefaultConfig();
  config.max_calls = 2;
  TestServer server(config);
  WireClient client(server.target());
  WireSession session(client);
  MakeMatrix(client, session);
  {
    const auto first = LongCall(client, session, 0), second = LongCall(client, session, 1);
    ExpectOverload(AwaitRefusal(client), "server:calls");
  }
  absl::Status status;
  for (int i = 0; i < 200; ++i) {
    status = session.CreateTensor(session.Handle(900'000), {1});
    if (status.ok()) break;
    absl::SleepFor(absl::Milliseconds(20));
  }
  EXPECT_TRUE(status.ok()) << status;
}

TEST(BadInput, TooManyBytesAtOnce) {
  Config config = TestServer::DefaultConfig();
  config.max_queued_bytes = 10'000;
  TestServer server(config);
  WireClient client(server.target());
  WireSession session(client);
  MakeMatrix(client, session);  // a request that comes alone may be larger
  const auto call = LongCall(client, session, 0);
  ExpectOverload(AwaitRefusal(client), "server:bytes");
}

TEST(BadInput, TooManyStreamsAtOnce) {
  Config config = TestServer::DefaultConfig();
  config.max_streams = 2;
  TestServer server(config);
  WireClient client(server.target());
  WireSession one(client), two(client), three(client);
  WireExecute first(one), second(two);
  ExpectOverload(WireExecute(three).End(), "server:streams");
  ASSERT_TRUE(first.Send({one.Create(1, one.Handle(1), {1})}));
  EXPECT_TRUE(first.AwaitApplied(1));
}

// A stream may open with commands when the answers before them leave no room.
TEST(BadInput, AnOpeningMessageMayWaitForRoom) {
  TestServer server;
  WireClient client(server.target());
  WireSession session(client);
  uint64_t full = 1;
  {
    WireExecute stream(session);
    ASSERT_TRUE(
        stream.Send({session.Create(1, session.Handle(1), std::vector<float>(256 << 10, 1))}));
    // Megabytes that are read but not acknowledged, until there is no answer any more.
    constexpr uint64_t kAnswers = limits::kKeptAnswerBytes >> 20;
    for (uint64_t i = 2; i <= kAnswers + 1; ++i) {
      ASSERT_TRUE(stream.Send({session.Fetch(i, session.Handle(1))}));
      ASSERT_TRUE(stream.AwaitResult(i)) << i;
    }
    full = kAnswers + 1;
  }
  const v1::Command last = session.Fetch(full, session.Handle(1));
  WireExecute stream(session, 0, {last, last, session.Fetch(full + 1, session.Handle(1))});
  EXPECT_EQ(stream.applied_at_open(), full);
  // What was applied before needs no room, however often it comes.
  const auto answers = [&] {
    return std::count_if(stream.results().begin(), stream.results().end(),
                         [&](const v1::Result& result) { return result.sequence() == full; });
  };
  while (answers() < 2) ASSERT_TRUE(stream.ReadOne());
  ASSERT_TRUE(stream.Send({}, full));
  const auto result = stream.AwaitResult(full + 1);
  ASSERT_TRUE(result) << stream.stream().Finish();
  EXPECT_FALSE(result->has_status());
}

// Answers that are not acknowledged take the session's bytes, beyond what each attachment has free.
TEST(BadInput, KeptAnswersAreTheSessionsBytes) {
  Config config = TestServer::DefaultConfig();
  config.max_session_bytes = 4 << 20;
  TestServer server(config);
  WireClient client(server.target());
  WireSession session(client);
  WireExecute stream(session);
  constexpr uint64_t kLast = 60;  // half a megabyte each
  std::vector<v1::Command> commands = {
      session.Create(1, session.Handle(1), std::vector<float>(128 << 10, 1))};
  for (uint64_t i = 2; i <= kLast; ++i) commands.push_back(session.Fetch(i, session.Handle(1)));
  ASSERT_TRUE(stream.Send(commands));
  while (stream.ReadOne(absl::Milliseconds(500))) {
  }
  EXPECT_GE(stream.results().size(), (limits::kFreeAnswerBytes >> 19) + 6);
  EXPECT_LE(stream.results().size(), (limits::kFreeAnswerBytes >> 19) + 9);
  for (const v1::Result& result : stream.results()) EXPECT_FALSE(result.has_status());
  // Nothing is lost: who acknowledges goes on.
  for (uint64_t i = stream.applied(); i <= kLast; ++i) {
    ASSERT_TRUE(stream.Send({}, i - 1));
    ASSERT_TRUE(stream.AwaitResult(i)) << i;
  }
}

TEST(BadInput, DoublingEndsBeforeMemoryDoes) {
  Config config = TestServer::DefaultConfig();
  config.max_session_bytes = 1 << 20;
  TestServer server(config);
  WireClient client(server.target());
  Offender offender(client);
  uint64_t x = offender.Ones({1, 1024});
  int64_t size = 1024;
  absl::Status status;
  for (int i = 0; i < 40 && status.ok(); ++i) {
    uint64_t twice = 0, copy = 0;
    ASSERT_TRUE(offender.Op("expand", {x}, Offender::Ints("shape", {2, size}), &twice).ok());
    status = offender.Op("clone", {twice}, nullptr, &copy);
    if (!status.ok()) break;
    size *= 2;
    ASSERT_TRUE(offender.Op("view", {copy}, Offender::Ints("shape", {1, size}), &x).ok());
  }
  ExpectQuota(status, "QUOTA_BYTES", "session:bytes");
  EXPECT_EQ(size, 128 << 10) << "half of the megabyte, and as much before it";
  // At once, too: four gigabytes of a view that takes none.
  uint64_t large = 0;
  ASSERT_TRUE(offender
                  .Op("expand", {offender.Ones({1, 1024})},
                      Offender::Ints("shape", {1 << 20, 1024}), &large)
                  .ok());
  ExpectQuota(offender.Op("clone", {large}), "QUOTA_BYTES", "session:bytes");
  v1::GetSessionRequest get;
  get.set_session_id(offender.session().id());
  get.set_secret(offender.session().secret());
  v1::GetSessionResponse got;
  ASSERT_TRUE(client.Call("GetSession", get, &got).ok());
  EXPECT_LE(got.tensor_bytes(), 1 << 20);
}

// Each y = y + y doubles the paths of the graph and adds one node.
TEST(BadInput, RepeatedUseOfAValueStaysLinear) {
  TestServer server;
  WireClient client(server.target());
  Offender offender(client);
  const uint64_t x = offender.Ones({}, true);
  uint64_t y = x;
  v1::ForwardRequest request;
  for (int i = 0; i < 1000; ++i) {
    v1::OpCall& call = *request.add_calls();
    call.set_op("add");
    call.add_inputs(y);
    call.add_inputs(y);
    call.set_output(y = offender.NewHandle());
  }
  ASSERT_TRUE(offender.Send("Forward", request).ok());
  const absl::Time start = absl::Now();
  ASSERT_TRUE(offender.Backward(y).ok());
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
  v1::GetGradRequest get;
  get.set_tensor(x);
  get.set_handle(offender.NewHandle());
  ASSERT_TRUE(offender.Send("GetGrad", get).ok());
  // 2^1000 in single precision.
  EXPECT_THAT(*offender.session().FetchValues(get.handle()),
              ::testing::ElementsAre(std::numeric_limits<float>::infinity()));
}

TEST(BadInput, DeepChainsAreNoProblem) {
  TestServer server;
  WireClient client(server.target());
  WireSession session(client);
  WireExecute stream(session);
  constexpr uint64_t kDepth = 200'000, kCalls = 500;
  v1::Command leaf = session.Create(1, session.Handle(1), {0.5});
  leaf.mutable_create_tensor()->set_requires_grad(true);
  ASSERT_TRUE(stream.Send({leaf}));
  uint64_t sequence = 1;
  for (uint64_t i = 0; i < kDepth; i += kCalls) {
    v1::Command command;
    command.set_sequence(++sequence);
    for (uint64_t k = 0; k < kCalls; ++k) {
      v1::OpCall& call = *command.mutable_forward()->add_calls();
      call.set_op("sin");
      call.add_inputs(session.Handle(i + k + 1));
      call.set_output(session.Handle(i + k + 2));
    }
    ASSERT_TRUE(stream.Send({command}, stream.applied()));
    if (sequence % 50 == 0) {
      ASSERT_TRUE(stream.AwaitApplied(sequence - 20));
    }
  }
  v1::Command backward, get, fetch = session.Fetch(sequence + 3, session.Handle(kDepth + 10));
  backward.set_sequence(sequence + 1);
  backward.mutable_backward()->add_tensors(session.Handle(kDepth + 1));
  backward.mutable_backward()->add_gradients(session.Handle(kDepth + 11));
  get.set_sequence(sequence + 2);
  get.mutable_get_grad()->set_tensor(session.Handle(1));
  get.mutable_get_grad()->set_handle(session.Handle(kDepth + 10));
  v1::Command seed = session.Create(sequence + 1, session.Handle(kDepth + 11), {1});
  for (v1::Command* later : {&backward, &get, &fetch}) later->set_sequence(later->sequence() + 1);
  ASSERT_TRUE(stream.Send({seed, backward, get, fetch}));
  const auto result = stream.AwaitResult(sequence + 4, absl::Seconds(120));
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->has_status()) << result->status().message();
  EXPECT_EQ(ValuesOf(result->fetch()).size(), 1u);
}

}  // namespace
}  // namespace gradd::server
