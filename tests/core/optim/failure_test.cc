// A step that runs out of memory or is cancelled changes nothing.
#include <gtest/gtest.h>

#include "tests/core/optim/kinds.h"

namespace gradd {
namespace {

using testing::Engine;
using testing::Must;
using testing::Numbers;
using testing::OptimizerCase;
using testing::Remembered;

// Parameters of all kinds: whole, part of a larger storage whose bytes somebody holds, transposed;
// and gradients that have to be copied.
class Training {
 public:
  explicit Training(const OptimizerCase& c) {
    const Value storage = e.Vector({3, 4, 5});
    const Value matrix = e.Tensor<double>({2, 3}, Numbers(6, 0));
    held_ = {AsTensor(storage).cell().buffer, AsTensor(matrix).cell().buffer};
    parameters = {
        e.Vector({1, 2}, true),
        e.Op("detach",
             {e.Op("slice", {storage}, {int64_t{0}, int64_t{1}, std::monostate(), int64_t{1}})}),
        e.Op("detach", {e.Op("transpose", {matrix}, {int64_t{0}, int64_t{1}})}),
    };
    for (const Value& p : parameters) {
      Must(e.tape.SetRequiresGrad(p, true));
      const Value one = e.Vector({0.5});
      Must(e.tape.SetGrad(p, e.Op("expand", {one}, {p->spec().shape})));
    }
    optimizer = c.Make(parameters);
  }

  std::vector<double> All() {
    std::vector<double> all = Remembered(e, *optimizer);
    for (const Value& p : parameters) {
      for (const double number : e.Read(p)) all.push_back(number);
      all.push_back(static_cast<double>(AsTensor(p).version()));
    }
    return all;
  }
  absl::Status Step() { return optimizer->Step(e.tape, e.eager, e.cancellation); }

  Engine e;
  std::vector<Value> parameters;
  std::unique_ptr<Optimizer> optimizer;

 private:
  std::vector<RefPtr<Buffer>> held_;
};

class FailureTest : public testing::OptimizerLaw {};
GRADD_FOR_EVERY_OPTIMIZER(FailureTest);

TEST_P(FailureTest, WithoutMemoryNothingChanges) {
  Training undisturbed(GetParam());
  Must(undisturbed.Step());
  const std::vector<double> expected = undisturbed.All();
  for (int64_t n = 1;; ++n) {
    Training training(GetParam());
    const std::vector<double> before = training.All();
    const int64_t used = training.e.budget->used();
    training.e.budget->FailReservation(n);
    const absl::Status status = training.Step();
    training.e.budget->FailReservation(0);
    if (status.ok()) {
      EXPECT_GT(n, 6) << "copies of buffers, layouts, gradients, and state";
      EXPECT_EQ(training.All(), expected);
      break;
    }
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(training.All(), before) << "at reservation " << n;
    EXPECT_LE(training.e.budget->used(), used + 96) << "but for copies of what others hold";
    Must(training.Step());
    EXPECT_EQ(training.All(), expected);
  }
}

// Of a second step only the copies of gradients and of other layouts.
TEST_P(FailureTest, ALaterStepNeedsNoMemoryOfItsOwn) {
  Engine e;
  const Value p = e.Vector({1, 2}, true);
  const auto optimizer = GetParam().Make({p});
  Must(e.tape.SetGrad(p, e.Vector({1, 1})));
  Must(optimizer->Step(e.tape, e.eager, e.cancellation));
  e.budget->FailReservation(1);
  Must(optimizer->Step(e.tape, e.eager, e.cancellation));
  e.budget->FailReservation(0);
}

TEST_P(FailureTest, CancelledAnywhereNothingChanges) {
  for (int64_t n = 1;; ++n) {
    Training training(GetParam());
    const std::vector<double> before = training.All();
    training.e.cancellation.CancelAtPoll(n);
    const absl::Status status = training.Step();
    if (status.ok()) {
      EXPECT_EQ(n, 4) << "asked once for each parameter";
      break;
    }
    EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
    EXPECT_EQ(training.All(), before) << "at poll " << n;
  }
}

}  // namespace
}  // namespace gradd
