// Ops of a list of tensors, also of more than an IndexSet tells apart.

#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/transforms/functional.h"
#include "tests/support/engine.h"

namespace gradd {
namespace {

using ::testing::ElementsAre;
using testing::Engine;
using testing::Must;

constexpr int kMany = 130;

Values Parts(Engine& e, bool requires_grad) {
  Values parts;
  for (int i = 0; i < kMany; ++i) {
    parts.push_back(e.Vector({1.0 * i, 2.0 * i}, requires_grad && i % 2 == 1));
  }
  return parts;
}

std::vector<double> Numbers() {
  std::vector<double> numbers;
  for (int i = 0; i < 2 * kMany; ++i) numbers.push_back(i + 1);
  return numbers;
}

TEST(ListInputs, GradientsReachEachOfMany) {
  for (const char* op : {"cat", "stack"}) {
    SCOPED_TRACE(op);
    Engine e;
    const Values parts = Parts(e, true);
    const Value joined = e.Op(op, parts, {int64_t{0}});
    const Value weights = e.Tensor<double>(joined->spec().shape, Numbers());
    Must(e.Backward(e.Sum(e.Op("mul", {joined, weights}))));
    for (int i = 0; i < kMany; ++i) {
      if (i % 2 == 0) {
        EXPECT_EQ(e.tape.Grad(parts[i]), nullptr) << i;
      } else {
        EXPECT_THAT(e.Read(e.tape.Grad(parts[i])), ElementsAre(2 * i + 1, 2 * i + 2)) << i;
      }
    }
  }
}

// Only one wants a gradient, behind the positions that are told apart.
TEST(ListInputs, OneOfManyAlone) {
  Engine e;
  Values parts = Parts(e, false);
  Must(e.tape.SetRequiresGrad(parts[100], true));
  const Value joined = e.Op("cat", parts, {int64_t{0}});
  const Value weights = e.Tensor<double>(joined->spec().shape, Numbers());
  Must(e.Backward(e.Sum(e.Op("mul", {joined, weights}))));
  EXPECT_THAT(e.Read(e.tape.Grad(parts[100])), ElementsAre(201, 202));
}

TEST(ListInputs, TangentsComeFromEachOfMany) {
  Engine e;
  const Values parts = Parts(e, false);
  Values tangents(kMany);
  tangents[3] = e.Vector({5, 6});
  tangents[120] = e.Vector({7, 8});
  const JvpResult result = Must(JvpOf(
      e.eager, [](Interpreter& g, ValueSpan v) { return g.Apply(*FindOp("cat"), v, {int64_t{0}}); },
      parts, tangents));
  const std::vector<double> tangent = e.Read(result.tangents[0]);
  for (int i = 0; i < 2 * kMany; ++i) {
    const double expected = i / 2 == 3 ? 5 + i % 2 : i / 2 == 120 ? 7 + i % 2 : 0;
    EXPECT_EQ(tangent[i], expected) << i;
  }
}

TEST(ListInputs, OneOfManyIsBatched) {
  for (const int batched : {0, 62, 63, 64, 129}) {
    SCOPED_TRACE(batched);
    Engine e;
    Values parts = Parts(e, false);
    parts[batched] = e.Tensor<double>({3, 2}, {-1, -2, -3, -4, -5, -6});
    std::vector<std::optional<int64_t>> in_dims(kMany);
    in_dims[batched] = 0;
    const Values together = Must(Vmap(
        e.eager,
        [](Interpreter& g, ValueSpan v) { return g.Apply(*FindOp("cat"), v, {int64_t{0}}); }, parts,
        in_dims));
    const std::vector<double> values = e.Read(together[0]);
    ASSERT_EQ(values.size(), 3u * 2 * kMany);
    for (int b = 0; b < 3; ++b) {
      for (int i = 0; i < 2 * kMany; ++i) {
        const int part = i / 2, k = i % 2;
        const double expected = part == batched ? -(2 * b + k + 1) : (k + 1.0) * part;
        EXPECT_EQ(values[b * 2 * kMany + i], expected) << b << ", " << i;
      }
    }
  }
}

// The memory of a node with very many inputs counts in what a session may have of nodes.
TEST(ListInputs, NodesOfManyInputsCountAsSeveral) {
  Engine e;
  const Values parts = Parts(e, true);
  const int64_t before = e.nodes->used();
  Value joined = e.Op("cat", parts, {int64_t{0}});
  EXPECT_EQ(e.nodes->used() - before, 1 + kMany / 8);
  joined = nullptr;
  EXPECT_EQ(e.nodes->used(), before);
}

}  // namespace
}  // namespace gradd
