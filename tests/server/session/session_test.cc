#include "server/session/session.h"

#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/status.h"
#include "core/kernels/cpu/cpu_kernels.h"
#include "tests/support/session_driver.h"

namespace gradd::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Must;
using testing::SessionDriver;

TEST(Session, ComputesAndDifferentiates) {
  SessionDriver d;
  const uint64_t a = d.Tensor({0.5, 1.5}, true);
  const uint64_t loss = d.Op("sum", {d.Op("sin", {a})});
  EXPECT_FALSE(IsAnswer(d.Backward(loss)));
  EXPECT_THAT(d.Read(d.Grad(a)), ElementsAre(std::cos(0.5), std::cos(1.5)));
  EXPECT_EQ(d.session().stats().tensors, 4);
}

// The processor under another name, which notes what streams are asked for.
class NotingDevice final : public Device {
 public:
  explicit NotingDevice(std::vector<StreamOptions>* noted) : noted_(*noted) {}

  DeviceId id() const override { return {DeviceKind::kSim, 5}; }
  absl::StatusOr<RefPtr<Stream>> CreateStream(const StreamOptions& options) override {
    noted_.push_back(options);
    return cpu_->CreateStream(options);
  }
  absl::StatusOr<void*> Allocate(size_t bytes, Stream& stream) override {
    return cpu_->Allocate(bytes, stream);
  }
  void Free(void* memory, size_t bytes, Stream& stream) override {
    cpu_->Free(memory, bytes, stream);
  }
  bool CopyFromHost(void* to, const void* from, size_t bytes, Stream& stream) override {
    return cpu_->CopyFromHost(to, from, bytes, stream);
  }
  void CopyToHost(void* to, const void* from, size_t bytes, Stream& stream) override {
    cpu_->CopyToHost(to, from, bytes, stream);
  }

 private:
  const std::unique_ptr<Device> cpu_ = MakeCpuDevice();
  std::vector<StreamOptions>& noted_;
};

TEST(Session, ItsStreamsAreAsItsCreatorWanted) {
  for (const bool allow_tf32 : {false, true}) {
    std::vector<StreamOptions> noted;
    BackendRegistry backends;
    backends.Add(MakeCpuDevice(), cpu::CpuKernels());
    backends.Add(std::make_unique<NotingDevice>(&noted), cpu::CpuKernels());
    SessionOptions options;
    options.backends = &backends;
    options.device = {DeviceKind::kSim, 5};
    options.stream.allow_tf32 = allow_tf32;
    const std::unique_ptr<Session> session = Must(Session::Create(options));
    v1::Command create;
    create.mutable_create_tensor()->set_handle(uint64_t{session->Attach()} << 40 | 1);
    create.mutable_create_tensor()->mutable_spec()->set_dtype(v1::DTYPE_FLOAT32);
    create.mutable_create_tensor()->set_data(std::string(4, '\0'));
    v1::Result result;
    session->Apply(1, create, Cancellation(), &result);
    EXPECT_FALSE(result.has_status()) << result.ShortDebugString();
    ASSERT_EQ(noted.size(), 1u);
    EXPECT_EQ(noted[0].allow_tf32, allow_tf32);
  }
}

TEST(Session, ReleasedHandlesAreGoneAndMayBeUsedAgain) {
  SessionDriver d;
  const uint64_t a = d.Tensor({1});
  v1::Command release;
  release.mutable_release()->add_handles(a);
  release.mutable_release()->add_handles(12345);
  EXPECT_FALSE(d.Apply(release).has_status());
  EXPECT_EQ(d.session().stats().tensors, 0);
  EXPECT_EQ(d.StatusOf(d.Fetch(a)).code(), absl::StatusCode::kNotFound);
  ++d.epoch;
  EXPECT_FALSE(d.Apply(SessionDriver::Call("full", {}, a)).result_case());
}

TEST(Session, OneTextForEveryHandleThatIsNotThere) {
  SessionDriver d;
  const uint32_t other = d.session().Attach();
  std::set<std::string> texts;
  for (const uint64_t handle : {uint64_t{0}, d.NewHandle(), uint64_t{other} << 40 | 1}) {
    const absl::Status status = d.StatusOf(d.Fetch(handle));
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    std::string text(status.message());
    text.resize(text.rfind(' '));
    texts.insert(text);
    ++d.epoch;
  }
  EXPECT_EQ(texts.size(), 1);
}

TEST(Session, DetachDropsHandlesAndDeletesNothingOfOthers) {
  SessionDriver d;
  const uint64_t a = d.Tensor({1});
  const uint32_t other = d.session().Attach();
  v1::Command import;
  import.mutable_import()->set_from(a);
  import.mutable_import()->set_handle(uint64_t{other} << 40 | 1);
  import.set_sequence(1);
  v1::Result result;
  d.session().Apply(other, import, d.cancellation, &result);
  EXPECT_EQ(result.import().spec().shape(0), 1);
  d.session().Detach(d.attachment());
  EXPECT_EQ(d.session().stats().tensors, 1);
  v1::Command fetch;
  fetch.mutable_fetch()->set_handle(uint64_t{other} << 40 | 1);
  d.session().Apply(other, fetch, d.cancellation, &result);
  EXPECT_EQ(result.fetch().tensor().data().size(), 8);
}

TEST(Session, QuotaOfTensorsAndBytes) {
  SessionOptions options;
  options.max_tensors = 2;
  options.max_bytes = 1000;
  SessionDriver d(options);
  const uint64_t a = d.Tensor({1, 2});
  const uint64_t big = d.NewHandle();
  v1::Command full = SessionDriver::Call("full", {}, big);
  v1::OpCall* call = full.mutable_forward()->mutable_calls(0);
  call->add_attributes()->mutable_ints_value()->add_values(int64_t{1} << 40);
  call->add_attributes()->mutable_scalar_value()->set_float_value(0);
  EXPECT_EQ(d.StatusOf(d.Apply(full)).code(), absl::StatusCode::kResourceExhausted);
  ++d.epoch;
  EXPECT_THAT(d.Read(a), ElementsAre(1, 2));
  const absl::Status third = d.StatusOf(d.Apply(SessionDriver::Call("sin", {a}, d.NewHandle())));
  EXPECT_THAT(std::string(third.message()), HasSubstr("as many as it may have"));
}

TEST(Session, RandomOpsAreCountedFromTheSeed) {
  const auto numbers = [](uint64_t seed, int ops) {
    SessionOptions options;
    options.seed = seed;
    SessionDriver d(options);
    uint64_t handle = 0;
    for (int i = 0; i < ops; ++i) {
      handle = d.NewHandle();
      v1::Command command = SessionDriver::Call("randn", {}, handle);
      v1::OpCall* call = command.mutable_forward()->mutable_calls(0);
      call->add_attributes()->mutable_ints_value()->add_values(4);
      call->add_attributes()->set_dtype_value(v1::DTYPE_FLOAT64);
      (void)d.Apply(command);
    }
    return d.Read(handle);
  };
  EXPECT_EQ(numbers(7, 2), numbers(7, 2));
  EXPECT_NE(numbers(7, 1), numbers(7, 2));
  EXPECT_NE(numbers(7, 1), numbers(8, 1));
}

TEST(Session, AnOpThatDiffersIsRefusedByName) {
  SessionDriver d;
  const uint64_t a = d.Tensor({1});
  v1::Command define;
  v1::Definition* definition = define.mutable_define()->add_definitions();
  definition->set_id(1);
  definition->set_text("sin");
  definition->set_op_hash(FindOp("sin")->hash + 1);
  EXPECT_FALSE(d.Apply(define).has_status());
  v1::Command call = SessionDriver::Call("", {a}, d.NewHandle());
  call.mutable_forward()->mutable_calls(0)->set_op_id(1);
  const absl::Status status = d.StatusOf(d.Apply(call));
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("'sin'"));
}

TEST(Session, ADefinitionThatComesAgainReplacesTheOldOne) {
  SessionDriver d;
  const uint64_t a = d.Tensor({1});
  const auto define = [&](const std::string& text, uint64_t hash) {
    v1::Command command;
    v1::Definition* definition = command.mutable_define()->add_definitions();
    definition->set_id(1);
    definition->set_text(text);
    definition->set_op_hash(hash);
    return d.StatusOf(d.Apply(command));
  };
  const auto call = [&] {
    ++d.epoch;
    v1::Command command = SessionDriver::Call("", {a}, d.NewHandle());
    command.mutable_forward()->mutable_calls(0)->set_op_id(1);
    return ErrorReason(d.StatusOf(d.Apply(command)));
  };
  Must(define("sin", FindOp("sin")->hash + 1));
  EXPECT_EQ(call(), "OP_DIFFERS");
  Must(define("sin", FindOp("sin")->hash));
  EXPECT_EQ(call(), "OK");
  Must(define("a.cc:1", 0));
  EXPECT_EQ(call(), "OP_UNKNOWN");
}

TEST(Session, DefinitionsAreReservedAndAllOrNone) {
  SessionOptions options;
  options.max_bytes = 5000;
  SessionDriver d(options);
  v1::Command command;
  const auto add = [&](uint32_t id) {
    v1::Definition* definition = command.mutable_define()->add_definitions();
    definition->set_id(id);
    definition->set_text(std::string(1000, 'x'));
  };
  add(1);
  add(2);
  Must(d.StatusOf(d.Apply(command)));
  const int64_t used = d.session().budget().used();
  EXPECT_GT(used, 2000);
  Must(d.StatusOf(d.Apply(command)));
  EXPECT_EQ(d.session().budget().used(), used) << "the same again takes no more";
  command.Clear();
  for (const uint32_t id : {3, 4, 5}) add(id);
  const uint64_t digest = d.session().Digest();
  EXPECT_EQ(ErrorReason(d.StatusOf(d.Apply(command))), "QUOTA_BYTES");
  EXPECT_EQ(d.session().Digest(), digest);
  EXPECT_EQ(d.session().budget().used(), used);
  d.session().Detach(d.attachment());
  EXPECT_EQ(d.session().budget().used(), 0);
}

v1::Command MakeOptimizer(uint64_t handle, const std::vector<uint64_t>& parameters,
                          const std::string& kind = "sgd") {
  v1::Command command;
  command.mutable_create_optimizer()->set_handle(handle);
  command.mutable_create_optimizer()->set_kind(kind);
  v1::ParameterGroup* group = command.mutable_create_optimizer()->add_groups();
  for (const uint64_t parameter : parameters) group->add_parameters(parameter);
  return command;
}

v1::Command MakeStep(uint64_t optimizer) {
  v1::Command command;
  command.mutable_step()->set_optimizer(optimizer);
  return command;
}

TEST(Session, AnOptimizerIsWhatItsHandleNames) {
  SessionDriver d;
  const uint64_t w = d.Tensor({1}, true), optimizer = d.NewHandle();
  Must(d.StatusOf(d.Apply(MakeOptimizer(optimizer, {w}))));
  EXPECT_EQ(d.session().stats().tensors, 2);
  const auto reason = [&](v1::Command command) {
    const std::string text = ErrorReason(d.StatusOf(d.Apply(std::move(command))));
    ++d.epoch;
    return text;
  };
  EXPECT_EQ(reason(SessionDriver::Call("sin", {w}, optimizer)), "HANDLE_IN_USE");
  EXPECT_EQ(reason(MakeOptimizer(optimizer, {w})), "HANDLE_IN_USE");
  EXPECT_EQ(reason(MakeOptimizer(w, {w})), "HANDLE_IN_USE");
  EXPECT_EQ(reason(SessionDriver::Call("sin", {optimizer}, d.NewHandle())), "HANDLE_NOT_FOUND");
  EXPECT_EQ(reason(MakeStep(w)), "HANDLE_NOT_FOUND");
  v1::Command import, release;
  import.mutable_import()->set_from(optimizer);
  import.mutable_import()->set_handle(d.NewHandle());
  EXPECT_EQ(reason(import), "HANDLE_NOT_FOUND");
  EXPECT_EQ(reason(MakeStep(optimizer)), "OK");
  release.mutable_release()->add_handles(optimizer);
  EXPECT_EQ(reason(release), "OK");
  EXPECT_EQ(reason(MakeStep(optimizer)), "HANDLE_NOT_FOUND");
}

TEST(Session, AnOptimizerThatFailedIsNotRememberedBeyondItsHandle) {
  SessionDriver d;
  const uint64_t w = d.Tensor({1}, true), optimizer = d.NewHandle();
  EXPECT_FALSE(d.StatusOf(d.Apply(MakeOptimizer(optimizer, {w}, "no such kind"))).ok());
  ++d.epoch;
  EXPECT_EQ(ErrorReason(d.StatusOf(d.Apply(MakeStep(optimizer)))), "OPTIMIZER_UNKNOWN");
  ++d.epoch;
  v1::Command release;
  release.mutable_release()->add_handles(optimizer);
  Must(d.StatusOf(d.Apply(release)));
  Must(d.StatusOf(d.Apply(MakeOptimizer(optimizer, {w}))));
  Must(d.StatusOf(d.Apply(MakeStep(optimizer))));
}

TEST(Session, OptimizersAreCountedAndReserved) {
  SessionOptions options;
  options.max_tensors = 3;
  SessionDriver d(options);
  const uint64_t w = d.Tensor({1}, true);
  const int64_t before = d.session().budget().used();
  Must(d.StatusOf(d.Apply(MakeOptimizer(d.NewHandle(), std::vector<uint64_t>(1000, w)))));
  EXPECT_GT(d.session().budget().used() - before, 8000);
  Must(d.StatusOf(d.Apply(MakeOptimizer(d.NewHandle(), {w}))));
  EXPECT_EQ(ErrorReason(d.StatusOf(d.Apply(MakeOptimizer(d.NewHandle(), {w})))), "QUOTA_TENSORS");
}

TEST(Session, OptimizersRefuseWhatPyTorchRefuses) {
  SessionDriver d;
  const uint64_t leaf = d.Tensor({1}, true);
  const uint64_t other = d.Op("sin", {leaf});
  v1::Command none = MakeOptimizer(d.NewHandle(), {});
  EXPECT_EQ(d.StatusOf(d.Apply(none)).message(), "optimizer got an empty parameter list");
  ++d.epoch;
  none.mutable_create_optimizer()->clear_groups();
  none.mutable_create_optimizer()->set_handle(d.NewHandle());
  EXPECT_EQ(d.StatusOf(d.Apply(none)).message(), "optimizer got an empty parameter list");
  ++d.epoch;
  EXPECT_EQ(d.StatusOf(d.Apply(MakeOptimizer(d.NewHandle(), {leaf, other}))).message(),
            "can't optimize a non-leaf Tensor");
}

TEST(Session, TextsOfTheClientThatLiveOnAreCut) {
  SessionDriver d;
  const uint64_t a = d.Tensor({1}, true);
  // Cut between characters.
  std::string source = "a";
  while (source.size() < 100'000) source += "\xc3\xa4";
  const uint64_t y = d.Op("sin", {a}, source);
  v1::Command describe;
  describe.mutable_describe_graph()->set_tensor(y);
  const std::string kept = d.Apply(describe).describe_graph().nodes(0).source();
  EXPECT_LE(kept.size(), 1024);
  EXPECT_GE(kept.size(), 1000);
  EXPECT_EQ(kept.size() % 2, 1);
  EXPECT_EQ(kept, source.substr(0, kept.size()));
}

TEST(Session, DescribesItsGraph) {
  SessionDriver d;
  const uint64_t a = d.Tensor({1}, true);
  const uint64_t y = d.Op("mul", {d.Op("sin", {a}, "a.cc:1"), a}, "a.cc:2");
  v1::Command describe;
  describe.mutable_describe_graph()->set_tensor(y);
  const v1::DescribeGraphResponse graph = d.Apply(describe).describe_graph();
  ASSERT_EQ(graph.nodes_size(), 3);
  EXPECT_EQ(graph.nodes(0).name(), "MulBackward0");
  EXPECT_EQ(graph.nodes(0).source(), "a.cc:2");
  EXPECT_EQ(graph.nodes(1).name(), "SinBackward0");
  EXPECT_EQ(graph.nodes(0).next(0).node(), graph.nodes(1).id());
  EXPECT_EQ(graph.nodes(2).name(), "AccumulateGrad");
  EXPECT_EQ(graph.nodes(0).next(1).node(), graph.nodes(2).id());
  describe.mutable_describe_graph()->set_node(graph.nodes(1).id());
  EXPECT_EQ(d.Apply(describe).describe_graph().nodes(0).name(), "SinBackward0");
}

TEST(Session, LargeFetchesAreSnapshotsInBlobs) {
  SessionOptions options;
  options.inline_bytes = 8;
  SessionDriver d(options);
  const uint64_t a = d.Tensor({1, 2, 3});
  const v1::Result result = d.Fetch(a);
  ASSERT_NE(result.fetch().blob(), 0);
  (void)d.InPlace("neg", {a});
  const RefPtr<Buffer> bytes = Must(d.session().blobs().Read(result.fetch().blob()));
  EXPECT_EQ(static_cast<const double*>(bytes->data())[2], 3);
}

}  // namespace
}  // namespace gradd::server
