#include "core/transforms/batch.h"

#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/create/full.h"
#include "core/ops/index/index_add.h"
#include "core/ops/index/index_select.h"
#include "core/ops/index/nonzero.h"
#include "core/ops/op_table.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/view/select.h"
#include "core/ops/view/strided_scatter.h"
#include "core/ops/view/transpose.h"
#include "tests/support/must.h"
#include "tests/support/reference_interpreter.h"

namespace gradd::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr DType kF64 = DType::kFloat64;

Value Make(Dims shape, std::vector<double> values, DType dtype = kF64) {
  return ReferenceInterpreter::Make(dtype, std::move(shape), std::move(values));
}

std::vector<double> Read(const Value& value) { return ReferenceInterpreter::Read(value); }

Value Call(Interpreter& interpreter, absl::string_view op, std::vector<Value> inputs,
           const Attributes& attributes = {}) {
  return Must(interpreter.Apply(*FindOp(op), inputs, attributes))[0];
}

absl::Status Failure(Interpreter& interpreter, const Op& op, std::vector<Value> inputs,
                     const Attributes& attributes = {}) {
  return interpreter.Apply(op, inputs, attributes).status();
}

class BatchTest : public ::testing::Test {
 protected:
  // The batch of `value` along `dim`.
  Value Wrap(const Value& value, int64_t dim = 0) { return Must(batch_.Wrap(value, dim)); }
  Value Unwrap(const Value& value, int64_t dim = 0) { return Must(batch_.Unwrap(value, dim)); }

  ReferenceInterpreter below_;
  Batch batch_{below_, 2};
};

TEST_F(BatchTest, SpecIsThatOfOneElement) {
  const Value value = Make({3, 2, 4}, std::vector<double>(24));
  const Value wrapped = Wrap(value, 1);
  EXPECT_EQ(wrapped->kind(), ValueBase::Kind::kWrapped);
  EXPECT_EQ(wrapped->level(), &batch_);
  EXPECT_THAT(wrapped->spec().shape, ElementsAre(3, 4));
  EXPECT_THAT(wrapped->spec().strides, ElementsAre(8, 1));
  EXPECT_EQ(wrapped->spec().dtype, kF64);
}

TEST_F(BatchTest, WrapAndUnwrapMoveTheBatchDimension) {
  const std::vector<double> rows = {1, 2, 3, 4, 5, 6};  // 2 x 3
  const Value wrapped = Wrap(Make({3, 2}, {1, 4, 2, 5, 3, 6}), -1);
  EXPECT_EQ(Read(Unwrap(wrapped, 0)), rows);
  EXPECT_THAT(Unwrap(wrapped, 1)->spec().shape, ElementsAre(3, 2));
  EXPECT_EQ(Read(Unwrap(wrapped, -1)), (std::vector<double>{1, 4, 2, 5, 3, 6}));
}

TEST_F(BatchTest, WrapRefusesWhatIsNoBatch) {
  const absl::Status out_of_range = batch_.Wrap(Make({2}, {1, 2}), 1).status();
  EXPECT_EQ(out_of_range.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(out_of_range.message(), HasSubstr("expected in_dim to satisfy -1 <= in_dim < 1."));
  EXPECT_FALSE(batch_.Wrap(Make({}, {1}), 0).ok());
  EXPECT_THAT(batch_.Wrap(Make({3}, {1, 2, 3}), 0).status().message(),
              HasSubstr("vmap: Expected all tensors to have the same size in the mapped dimension, "
                        "got sizes [2, 3]"));
}

TEST_F(BatchTest, CallsWithoutBatchedInputsGoBelow) {
  const Value sum = Call(batch_, "add", {Make({2}, {1, 2}), MakeScalar(1)});
  EXPECT_EQ(sum->kind(), ValueBase::Kind::kBottom);
  EXPECT_EQ(Read(sum), (std::vector<double>{2, 3}));
}

TEST_F(BatchTest, UnbatchedOutputsAreRepeated) {
  EXPECT_EQ(Read(Unwrap(Make({2}, {7, 8}), 0)), (std::vector<double>{7, 8, 7, 8}));
  EXPECT_EQ(Read(Unwrap(Make({2}, {7, 8}), 1)), (std::vector<double>{7, 7, 8, 8}));
}

TEST_F(BatchTest, BroadcastsElementsAndNotTheBatch) {
  // Elements of shape [2] against an unbatched [2, 2]: the batch stays in front.
  const Value x = Wrap(Make({2, 2}, {1, 2, 3, 4}));
  const Value sum = Call(batch_, "add", {x, Make({2, 2}, {10, 20, 30, 40})});
  EXPECT_THAT(sum->spec().shape, ElementsAre(2, 2));
  EXPECT_EQ(Read(Unwrap(sum)), (std::vector<double>{11, 22, 31, 42, 13, 24, 33, 44}));
}

TEST_F(BatchTest, PromotesAsElementsDo) {
  // A float64 scalar does not widen a float32 vector, though a batch of scalars is a vector.
  const Value scalars = Wrap(Make({2}, {1, 2}));
  const Value vector = Make({3}, {1, 2, 3}, DType::kFloat32);
  EXPECT_EQ(Call(batch_, "mul", {scalars, vector})->spec().dtype, DType::kFloat32);
  // Two scalars count alike, though only one has a batch dimension.
  const Value narrow = Wrap(Make({2}, {1, 2}, DType::kFloat32));
  EXPECT_EQ(Call(batch_, "mul", {narrow, Make({}, {3})})->spec().dtype, kF64);
  EXPECT_EQ(Call(batch_, "mul", {narrow, MakeScalar(3.0)})->spec().dtype, DType::kFloat32);
}

TEST_F(BatchTest, ErrorsSpeakOfElements) {
  const absl::Status error =
      Failure(batch_, *FindOp("add"), {Wrap(Make({2, 2}, {1, 2, 3, 4})), Make({3}, {1, 2, 3})});
  EXPECT_EQ(error.message(),
            "The size of tensor a (2) must match the size of tensor b (3) at non-singleton "
            "dimension 0");
  EXPECT_THAT(Failure(batch_, ops::SelectOp(), {Wrap(Make({2}, {1, 2}))}, {int64_t{0}, int64_t{0}})
                  .message(),
              HasSubstr("select() cannot be applied to a 0-dim tensor."));
}

TEST_F(BatchTest, RefusesRandomAndDataDependentOps) {
  const absl::Status nonzero =
      Failure(batch_, ops::NonzeroOp(), {Wrap(Make({2, 2}, {1, 0, 3, 4}))});
  EXPECT_EQ(nonzero.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(nonzero.message(), HasSubstr("vmap: nonzero()"));

  Op noise = *FindOp("neg");
  noise.name = "noise";
  noise.is_random = true;
  EXPECT_THAT(Failure(batch_, noise, {Wrap(Make({2}, {1, 2}))}).message(),
              HasSubstr("vmap: called random operation noise()"));
}

TEST_F(BatchTest, LoopsWhereThereIsNoRule) {
  // An index for each element: the rule of index_select leaves that to the loop.
  const Value rows = Make({3, 2}, {1, 2, 3, 4, 5, 6});
  const Value index = Wrap(Make({2, 2}, {0, 2, 1, 1}, DType::kInt64));
  const Value picked = Call(batch_, "index_select", {rows, index}, {int64_t{0}});
  EXPECT_THAT(picked->spec().shape, ElementsAre(2, 2));
  EXPECT_EQ(Read(Unwrap(picked)), (std::vector<double>{1, 2, 5, 6, 3, 4, 3, 4}));
}

TEST_F(BatchTest, LoopsOverBatchesOfEverySize) {
  Op op = *FindOp("neg");
  op.batch = nullptr;
  for (const int64_t size : {0, 1, 2, 3, 5, 8}) {
    Batch batch(below_, size);
    std::vector<double> values, negative;
    for (int64_t i = 0; i < 3 * size; ++i) {
      values.push_back(static_cast<double>(i));
      negative.push_back(-static_cast<double>(i));
    }
    const Value wrapped = Must(batch.Wrap(Make({size, 3}, values, DType::kInt64), 0));
    const Value result = Must(batch.Apply(op, {wrapped}, {}))[0];
    EXPECT_EQ(result->spec().dtype, DType::kInt64);
    const Value whole = Must(batch.Unwrap(result, 0));
    EXPECT_THAT(whole->spec().shape, ElementsAre(size, 3));
    EXPECT_EQ(Read(whole), negative);
  }
}

// An op with more inputs than an IndexSet tells apart.
Op TotalOp(int count) {
  Op op;
  op.name = "total";
  op.inputs.resize(count, "input");
  op.spec = [](const Op&, SpecSpan inputs, const Attributes&, Specs& outputs) {
    outputs.push_back(*inputs[0]);
    return absl::OkStatus();
  };
  op.expand = [](Builder& g, const Op&, ValueSpan inputs, const Attributes&,
                 absl::Span<Value> outputs) {
    outputs[0] = inputs[0];
    for (const Value& input : inputs.subspan(1)) {
      outputs[0] = g.Apply(*FindOp("add"), {outputs[0], input});
    }
  };
  return op;
}

TEST_F(BatchTest, TakesManyInputs) {
  const Op total = TotalOp(70);
  std::vector<Value> inputs(70, Make({}, {1}));
  inputs[65] = Wrap(Make({2}, {10, 20}));
  EXPECT_EQ(Read(Unwrap(Must(batch_.Apply(total, inputs, {}))[0])), (std::vector<double>{79, 89}));
}

TEST_F(BatchTest, SaysWhenARuleIsWrong) {
  Op op = *FindOp("neg");
  op.batch = [](Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
    outputs[0] = ops::Sum(g, call.inputs[0], {0}, false);
  };
  const absl::Status error = Failure(batch_, op, {Wrap(Make({2, 2}, {1, 2, 3, 4}))});
  EXPECT_EQ(error.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(ErrorReason(error), "BATCH_RULE");
}

TEST_F(BatchTest, AssignsToBatchedTargets) {
  const Value storage = Make({2, 2}, {1, 2, 3, 4});
  const Value target = Wrap(storage);
  const Value view = Call(batch_, "select", {target}, {int64_t{0}, int64_t{1}});
  Must(batch_.Assign(target, Call(batch_, "neg", {target})));
  EXPECT_EQ(Read(storage), (std::vector<double>{-1, -2, -3, -4}));
  EXPECT_EQ(Read(Unwrap(view)), (std::vector<double>{-2, -4}));
  Must(batch_.Assign(target, Make({2}, {5, 6})));  // the same for every element
  EXPECT_EQ(Read(storage), (std::vector<double>{5, 6, 5, 6}));
}

TEST_F(BatchTest, WritesThroughViewsAsScatterAndAssign) {
  const Value storage = Make({2, 3}, {1, 2, 3, 4, 5, 6});
  const Value base = Wrap(storage);
  const Value column = Wrap(Make({2}, {10, 20}));
  Builder g(batch_);
  const Value written = ops::StridedScatter(g, base, column, {}, 1);
  Must(g.status());
  Must(batch_.Assign(base, written));
  EXPECT_EQ(Read(storage), (std::vector<double>{1, 10, 3, 4, 20, 6}));
}

TEST_F(BatchTest, RefusesABatchedSourceForAnUnbatchedTarget) {
  const Value target = Make({2}, {1, 2});
  const absl::Status error = batch_.Assign(target, Wrap(Make({2, 2}, {1, 2, 3, 4})));
  EXPECT_EQ(error.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(error.message(), HasSubstr("vmap: inplace arithmetic is not possible because"));
  EXPECT_EQ(Read(target), (std::vector<double>{1, 2}));
  Must(batch_.Assign(target, Make({2}, {3, 4})));  // neither is batched: goes below
  EXPECT_EQ(Read(target), (std::vector<double>{3, 4}));
}

TEST_F(BatchTest, Nests) {
  // x[i] * y[j] by two levels; the inner one sees x as unbatched.
  Batch inner(batch_, 3);
  const Value x = Wrap(Make({2}, {1, 10}));
  const Value y = Must(inner.Wrap(Make({3}, {2, 3, 4}), 0));
  const Value product = Call(inner, "mul", {x, y});
  EXPECT_EQ(product->spec().rank(), 0);
  const Value rows = Must(inner.Unwrap(product, 0));
  EXPECT_EQ(rows->level(), &batch_);
  EXPECT_EQ(Read(Unwrap(rows)), (std::vector<double>{2, 3, 4, 20, 30, 40}));
}

TEST_F(BatchTest, NestedLevelsBatchOneTensorTwice) {
  Batch inner(batch_, 3);
  const Value matrix = Make({2, 3, 2}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  const Value element = Must(inner.Wrap(Wrap(matrix), 0));
  EXPECT_THAT(element->spec().shape, ElementsAre(2));
  const Value sums = Call(inner, "sum", {element}, {Dims(), false, std::monostate()});
  EXPECT_EQ(Read(Unwrap(Must(inner.Unwrap(sums, 0)))), (std::vector<double>{3, 7, 11, 15, 19, 23}));
}

TEST_F(BatchTest, ValuesOfALevelThatIsGoneBelongToNobody) {
  auto gone = std::make_unique<Batch>(below_, 2);
  const Value stale = Must(gone->Wrap(Make({2}, {1, 2}), 0));
  gone.reset();
  EXPECT_EQ(Failure(batch_, *FindOp("neg"), {stale}).code(), absl::StatusCode::kInternal);
  // Not even a new level at the same address takes them for its own.
  alignas(Batch) unsigned char place[sizeof(Batch)];
  Batch* first = new (place) Batch(below_, 2);
  const Value old = Must(first->Wrap(Make({2}, {1, 2}), 0));
  first->~Batch();
  Batch* second = new (place) Batch(below_, 2);
  EXPECT_EQ(old->level(), second);
  EXPECT_FALSE(second->Made(old));
  second->~Batch();
}

}  // namespace
}  // namespace gradd::testing
