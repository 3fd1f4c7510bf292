// A session is a deterministic state machine over its command log.
#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/session_driver.h"

namespace gradd::server {
namespace {

using testing::SessionDriver;

struct Entry {
  enum { kAttach, kDetach, kBlob, kCommand } kind;
  uint32_t attachment;
  v1::Command command;
  CommandOutcome outcome;
  int64_t blob_size = 0;
  std::string received = "";
};

class Recorder final : public CommandLog {
 public:
  void OnAttach(uint32_t attachment) override {
    log.push_back({Entry::kAttach, attachment, {}, {}});
  }
  void OnDetach(uint32_t attachment) override {
    log.push_back({Entry::kDetach, attachment, {}, {}});
  }
  void OnBlob(uint64_t, int64_t size, absl::string_view received) override {
    log.push_back({Entry::kBlob, 0, {}, {}, size, std::string(received)});
  }
  void OnCommand(uint32_t attachment, const v1::Command& command,
                 const CommandOutcome& outcome) override {
    log.push_back({Entry::kCommand, attachment, command, outcome});
  }
  std::vector<Entry> log;
};

// Feeds a log to a new session; failures that the log recorded happen again at the same places.
uint64_t Replay(const std::vector<Entry>& log, SessionOptions options) {
  const std::unique_ptr<BackendRegistry> backends = MakeHostBackends(true);
  options.backends = backends.get();
  options.log = nullptr;
  const std::unique_ptr<Session> session = testing::Must(Session::Create(options));
  // What the next command reads, under a number of this session's own; else one that names nothing.
  constexpr uint64_t kNoBlob = UINT64_MAX;
  uint64_t blob = kNoBlob;
  for (const Entry& entry : log) {
    switch (entry.kind) {
      case Entry::kAttach:
        EXPECT_EQ(session->Attach(), entry.attachment);
        break;
      case Entry::kDetach:
        session->Detach(entry.attachment);
        break;
      case Entry::kBlob:
        blob = testing::Must(session->blobs().Create(entry.blob_size, 1));
        testing::Must(session->blobs().Write(blob, 0, entry.received));
        break;
      case Entry::kCommand: {
        v1::Command command = entry.command;
        if (command.create_tensor().blob() != 0) command.mutable_create_tensor()->set_blob(blob);
        blob = kNoBlob;
        Cancellation cancellation;
        cancellation.CancelAtPoll(entry.outcome.cancelled_at_op,
                                  entry.outcome.too_slow ? Cancellation::Reason::kTooSlow
                                                         : Cancellation::Reason::kWished);
        session->strand_budget().FailReservation(entry.outcome.failed_reservation);
        v1::Result result;
        session->Apply(entry.attachment, command, cancellation, &result);
        session->strand_budget().FailReservation(0);
        break;
      }
    }
  }
  return session->Digest();
}

// A tensor of an upload of which `received` bytes have come; only all of them make it one.
uint64_t FromBlob(SessionDriver& d, const std::vector<double>& elements, size_t received) {
  const absl::string_view bytes(reinterpret_cast<const char*>(elements.data()),
                                elements.size() * sizeof(double));
  BlobStore& blobs = d.session().blobs();
  const uint64_t blob =
      testing::Must(blobs.Create(static_cast<int64_t>(bytes.size()), d.attachment()));
  testing::Must(blobs.Write(blob, 0, bytes.substr(0, received)));
  const uint64_t handle = d.NewHandle();
  v1::Command command;
  v1::CreateTensorRequest* create = command.mutable_create_tensor();
  create->set_handle(handle);
  create->set_blob(blob);
  create->mutable_spec()->set_dtype(v1::DTYPE_FLOAT64);
  create->mutable_spec()->add_shape(static_cast<int64_t>(elements.size()));
  (void)d.Apply(command);
  return handle;
}

uint64_t MakeOptimizer(SessionDriver& d, const char* kind, const std::vector<uint64_t>& parameters,
                       const std::map<std::string, double>& options) {
  v1::Command make;
  const uint64_t optimizer = d.NewHandle();
  make.mutable_create_optimizer()->set_handle(optimizer);
  make.mutable_create_optimizer()->set_kind(kind);
  v1::ParameterGroup* group = make.mutable_create_optimizer()->add_groups();
  for (const uint64_t parameter : parameters) group->add_parameters(parameter);
  group->mutable_options()->insert(options.begin(), options.end());
  (void)d.Apply(make);
  return optimizer;
}

// A random command about the parameters of an optimizer.
void Optimize(SessionDriver& d, std::mt19937& random, uint64_t optimizer,
              const std::vector<uint64_t>& parameters, std::vector<uint64_t>* tensors) {
  const auto pick = [&](uint64_t n) { return random() % n; };
  v1::Command command;
  switch (pick(7)) {
    case 0:
    case 1: {
      command.mutable_step()->set_optimizer(optimizer);
      command.mutable_step()->set_zero_grad(pick(2) == 0);
      break;
    }
    case 2: {
      v1::SetOptimizerOptionsRequest* set = command.mutable_set_optimizer_options();
      set->set_optimizer(optimizer);
      set->set_group(static_cast<uint32_t>(pick(2)));
      (*set->mutable_options())["lr"] = 0.01 * static_cast<double>(pick(20)) - 0.01;
      break;
    }
    case 3: {
      command.mutable_zero_grad()->set_optimizer(pick(2) == 0 ? optimizer : 0);
      command.mutable_zero_grad()->add_tensors(parameters[pick(parameters.size())]);
      command.mutable_zero_grad()->set_zero(pick(2) == 0);
      break;
    }
    case 4: {
      v1::ClipGradNormRequest* clip = command.mutable_clip_grad_norm();
      clip->set_total_norm(d.NewHandle());
      clip->set_max_norm(0.5);
      clip->set_error_if_nonfinite(pick(2) == 0);
      for (const uint64_t parameter : parameters) clip->add_parameters(parameter);
      tensors->push_back(clip->total_norm());
      break;
    }
    case 5: {
      v1::GetOptimizerStateRequest* get = command.mutable_get_optimizer_state();
      get->set_optimizer(optimizer);
      get->set_handle(d.NewHandle());
      tensors->push_back(get->handle());
      for (int i = 1; i < 3; ++i) (void)d.NewHandle();
      break;
    }
    case 6: {
      v1::SetOptimizerStateRequest* set = command.mutable_set_optimizer_state();
      set->set_optimizer(optimizer);
      set->set_step(static_cast<int64_t>(pick(5)));
      (*set->mutable_tensors())["exp_avg"] = parameters[0];
      break;
    }
  }
  (void)d.Apply(command);
}

// Random commands of every kind, good and bad, with memory that runs out and cancellations.
void DriveRandomly(SessionDriver& d, std::mt19937& random, int commands) {
  const auto pick = [&](uint64_t n) { return random() % n; };
  std::vector<uint64_t> tensors = {d.Tensor({1, 2, 3}, true), d.Tensor({0.1, 0.2, 0.3}, true)};
  const std::vector<uint64_t> parameters = tensors;
  const uint64_t optimizers[] = {
      MakeOptimizer(d, "sgd", {parameters[0]}, {{"momentum", 0.5}}),
      MakeOptimizer(d, "adam", parameters, {{"amsgrad", 1}}),
      MakeOptimizer(d, "rmsprop", parameters, {{"centered", 1}, {"momentum", 0.5}}),
  };
  const char* const kUnary[] = {"sin", "cos", "neg", "sum", "clone", "detach"};
  const char* const kBinary[] = {"add", "mul", "sub", "div"};
  for (int i = 0; i < commands; ++i) {
    d.lane = 1 + static_cast<uint32_t>(pick(3));
    if (pick(20) == 0) ++d.epoch;
    if (pick(15) == 0)
      d.session().strand_budget().FailReservation(1 + static_cast<int64_t>(pick(6)));
    d.cancellation.CancelAtPoll(
        pick(15) == 0 ? d.cancellation.polls() + 1 + static_cast<int64_t>(pick(4)) : 0,
        pick(2) == 0 ? Cancellation::Reason::kWished : Cancellation::Reason::kTooSlow);
    const uint64_t a = tensors[pick(tensors.size())], b = tensors[pick(tensors.size())];
    switch (pick(12)) {
      case 0:
        tensors.push_back(d.Tensor({1.5, 2.5, 3.5}, pick(2) == 0));
        break;
      case 1:
      case 2:
        tensors.push_back(d.Op(kUnary[pick(6)], {a}));
        break;
      case 3:
      case 4:
      case 5:
        tensors.push_back(d.Op(kBinary[pick(4)], {a, b}));
        break;
      case 6:
        (void)d.InPlace(kBinary[pick(4)], {a, b});
        break;
      case 7:
        (void)d.Backward(d.Op("sum", {a}));
        break;
      case 8:
        Optimize(d, random, optimizers[pick(3)], parameters, &tensors);
        break;
      case 9: {
        const uint64_t handle = d.NewHandle();
        v1::Command command = SessionDriver::Call("randn", {}, handle);
        v1::OpCall* call = command.mutable_forward()->mutable_calls(0);
        call->add_attributes()->mutable_ints_value()->add_values(3);
        call->add_attributes()->set_dtype_value(v1::DTYPE_FLOAT64);
        (void)d.Apply(command);
        tensors.push_back(handle);
        break;
      }
      case 10:
        tensors.push_back(FromBlob(d, {0.5, i * 1.0, 2.5}, pick(4) == 0 ? 10 : 24));
        break;
      case 11: {
        v1::Command define;
        v1::Definition* definition = define.mutable_define()->add_definitions();
        definition->set_id(static_cast<uint32_t>(1 + pick(20)));
        definition->set_text(kUnary[pick(6)]);
        definition->set_op_hash(pick(2) == 0 ? FindOp(definition->text())->hash : pick(2));
        (void)d.Apply(define);
        break;
      }
    }
    if (tensors.size() > 40) {
      v1::Command release;
      release.mutable_release()->add_handles(tensors[10]);
      (void)d.Apply(release);
      tensors.erase(tensors.begin() + 10);
    }
  }
}

class ReplayTest : public ::testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Devices, ReplayTest, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "sim" : "cpu"; });

TEST_P(ReplayTest, EqualDigests) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    Recorder recorder;
    SessionOptions options;
    options.seed = seed;
    options.log = &recorder;
    if (GetParam()) options.device = {DeviceKind::kSim, 0};
    SessionDriver driver(options, GetParam());
    std::mt19937 random(seed);
    DriveRandomly(driver, random, 300);
    driver.session().strand_budget().FailReservation(0);
    const uint64_t digest = driver.session().Digest();
    EXPECT_EQ(Replay(recorder.log, options), digest) << "seed " << seed;
    int failed = 0, cancelled = 0;
    for (const Entry& entry : recorder.log) {
      failed += entry.outcome.failed_reservation != 0;
      cancelled += entry.outcome.cancelled_at_op != 0;
    }
    EXPECT_GT(failed + cancelled, 0) << "the log has something to repeat";
  }
}

TEST(Replay, RepeatsABlobWithItsBytes) {
  Recorder recorder;
  SessionOptions options;
  options.log = &recorder;
  SessionDriver d(options);
  (void)FromBlob(d, {1, 2, 3}, 24);
  const uint64_t digest = d.session().Digest();
  EXPECT_EQ(Replay(recorder.log, options), digest);
  for (Entry& entry : recorder.log) {
    if (entry.kind == Entry::kBlob) entry.received.back() ^= 1;
  }
  EXPECT_NE(Replay(recorder.log, options), digest);
}

TEST(Replay, TheDigestSeesLanesDefinitionsAndFailedOptimizers) {
  const auto digest = [](const v1::Command& command, uint32_t epoch) {
    SessionDriver d;
    d.epoch = epoch;
    (void)d.Apply(command);
    return d.session().Digest();
  };
  const v1::Command failing = SessionDriver::Call("no_such_op", {}, 0);
  EXPECT_EQ(digest(failing, 1), digest(failing, 1));
  EXPECT_NE(digest(failing, 1), digest(failing, 2)) << "the lane's epoch";
  EXPECT_NE(digest(failing, 1), digest(v1::Command(), 1));
  v1::Command define;
  define.mutable_define()->add_definitions()->set_id(1);
  const uint64_t empty = digest(define, 1);
  define.mutable_define()->mutable_definitions(0)->set_text("x");
  EXPECT_NE(digest(define, 1), empty);
  v1::Command make;
  make.mutable_create_optimizer()->set_handle(uint64_t{1} << 40 | 1);
  const uint64_t first = digest(make, 1);
  make.mutable_create_optimizer()->set_handle(uint64_t{1} << 40 | 2);
  EXPECT_NE(digest(make, 1), first);
}

TEST(Replay, TheDigestSeesWhatAnOptimizerRemembers) {
  const auto digest = [](const std::function<void(SessionDriver&, uint64_t)>& change) {
    SessionDriver d;
    const uint64_t w = d.Tensor({1, 2}, true);
    const uint64_t optimizer = MakeOptimizer(d, "adam", {w}, {});
    change(d, optimizer);
    return d.session().Digest();
  };
  const uint64_t before = digest([](SessionDriver&, uint64_t) {});
  EXPECT_EQ(digest([](SessionDriver&, uint64_t) {}), before);
  EXPECT_NE(digest([](SessionDriver& d, uint64_t optimizer) {
              v1::Command set;
              set.mutable_set_optimizer_options()->set_optimizer(optimizer);
              (*set.mutable_set_optimizer_options()->mutable_options())["lr"] = 0.5;
              (void)d.Apply(set);
            }),
            before);
  EXPECT_NE(digest([](SessionDriver& d, uint64_t optimizer) {
              v1::Command set;
              set.mutable_set_optimizer_state()->set_optimizer(optimizer);
              set.mutable_set_optimizer_state()->set_step(3);
              (void)d.Apply(set);
            }),
            before);
}

TEST(Replay, TheDigestSeesEveryBit) {
  SessionDriver a, b;
  (void)a.Tensor({1, 2});
  (void)b.Tensor({1, std::nextafter(2, 3)});
  EXPECT_NE(a.session().Digest(), b.session().Digest());
}

}  // namespace
}  // namespace gradd::server
