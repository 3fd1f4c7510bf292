// Every kind of bad request gets its code, and the next request is answered.
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/integration/offender.h"
#include "tests/support/server_fixture.h"
#include "tests/support/test_devices.h"

namespace gradd::server {
namespace {

using Code = absl::StatusCode;

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
         return o.Op("add",
                     {o.Ones({1}), o.Ones({1}, false, ToString(testing::OtherTestDevice()))});
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

}  // namespace
}  // namespace gradd::server
