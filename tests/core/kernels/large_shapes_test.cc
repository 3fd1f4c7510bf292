// Reductions, scans, softmaxes and sorts of shapes that kernels share out among many threads: on
// every device, however the input lies in memory, they are what the processor makes of contiguous
// elements; and the same bits each time.

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/engine.h"

namespace gradd {
namespace {

using testing::Engine;
using testing::Must;

struct LargeCase {
  const char* op;
  Attributes attributes;
};

// Of a tensor of three dimensions. Attributes as the ops declare them.
std::vector<LargeCase> Cases(int64_t dim) {
  const std::monostate none;
  const Dims dims = {dim}, others = {dim == 0 ? 1 : 0, dim == 2 ? 1 : 2};
  return {
      {"sum", {dims, false, none}},
      {"sum", {others, true, none}},
      {"sum", {Dims(), false, none}},
      {"mean", {dims, false, none}},
      {"amax", {dims, false}},
      {"amin", {others, false}},
      {"any", {dims, false}},
      {"all", {others, false}},
      {"argmax", {dim, false}},
      {"argmax", {none, false}},
      {"argmin", {dim, false}},
      {"max_dim", {dim, false}},
      {"min_dim", {dim, true}},
      {"var", {dims, 1.0, false}},
      {"std", {others, 0.0, false}},
      {"norm", {2.0, dims, false}},
      {"norm", {3.0, others, false}},
      {"logsumexp", {dims, false}},
      {"softmax", {dim, none}},
      {"log_softmax", {dim, none}},
      {"cumsum", {dim, none}},
      {"sort", {dim, false}},
      {"topk", {int64_t{2}, dim, true, true}},
  };
}

// Long lines, many lines, and what lies between.
const std::vector<Dims>& Shapes() {
  static const auto* const kShapes = new std::vector<Dims> {
#if !defined(__SANITIZE_ADDRESS__)  // the same code once more, for minutes
    {3, 5, 2'300}, {2, 2'300, 40}, {2'100, 3, 5},
#endif
        {2, 3, 20'011}, {20'011, 2, 3}, {3, 9'001, 2},
  };
  return *kShapes;
}

// Of few values, so that many are equal, and some of them NaN.
std::vector<double> Elements(int64_t count, bool has_nan) {
  std::vector<double> elements(count);
  for (int64_t i = 0; i < count; ++i) {
    elements[i] = static_cast<double>(i * 7'919 % 1'009 % 41 - 20) / 8;
    if (has_nan && i % 5'003 == 4'001) elements[i] = NAN;
  }
  return elements;
}

std::vector<std::vector<double>> Outputs(Engine& e, const LargeCase& c, const Value& input) {
  std::vector<std::vector<double>> outputs;
  for (const Value& output : Must(e.tape.Apply(*FindOp(c.op), {&input, 1}, c.attributes))) {
    outputs.push_back(e.Read(e.Op("to", {output}, {DType::kFloat64, std::monostate()})));
  }
  return outputs;
}

bool IsNear(double x, double y, double tolerance) {
  return x == y || (std::isnan(x) && std::isnan(y)) ||
         std::abs(x - y) <= tolerance * std::max(1.0, std::abs(y));
}

class LargeShapesTest : public ::testing::TestWithParam<DType> {
 protected:
  void Compare(const LargeCase& c, const Value& expected_of, const Value& actual_of) {
    const auto expected = Outputs(processor_, c, expected_of);
    const auto actual = Outputs(engine_, c, actual_of);
    const auto again = Outputs(engine_, c, actual_of);
    const bool is_half = ItemSize(GetParam()) == 2;
    const double tolerance = is_half ? 1e-2 : GetParam() == DType::kFloat32 ? 2e-5 : 1e-11;
    ASSERT_EQ(actual.size(), expected.size());
    for (size_t k = 0; k < expected.size(); ++k) {
      ASSERT_EQ(actual[k].size(), expected[k].size());
      for (size_t i = 0; i < expected[k].size(); ++i) {
        ASSERT_TRUE(IsNear(actual[k][i], expected[k][i], tolerance))
            << "output " << k << ", element " << i << ": " << actual[k][i] << " instead of "
            << expected[k][i];
        ASSERT_TRUE(IsNear(again[k][i], actual[k][i], 0)) << "output " << k << ", element " << i;
      }
    }
  }

  // `elements` as GetParam(), in the shape's row-major order; they lie in memory in the order of
  // the dimensions reversed if `is_reversed`.
  Value Make(Engine& e, const Dims& shape, const std::vector<double>& elements, bool is_reversed) {
    const Attributes cast = {GetParam(), std::monostate()};
    const Value plain = e.Op("to", {e.Tensor<double>(shape, elements)}, cast);
    if (!is_reversed) return plain;
    const Dims back = {2, 1, 0};
    return e.Op("permute", {e.Op("clone", {e.Op("permute", {plain}, {back})})}, {back});
  }

  Engine processor_{DeviceId{}};
  Engine engine_;
};

TEST_P(LargeShapesTest, AreThoseOfTheProcessor) {
  for (const Dims& shape : Shapes()) {
    for (const bool has_nan : {false, true}) {
      if (has_nan && !IsFloating(GetParam())) continue;
      const std::vector<double> elements = Elements(ElementCount(shape), has_nan);
      const Value plain = Make(processor_, shape, elements, false);
      for (const bool is_reversed : {false, true}) {
        const Value input = Make(engine_, shape, elements, is_reversed);
        for (int64_t dim = 0; dim < 3; ++dim) {
          for (const LargeCase& c : Cases(dim)) {
            const absl::string_view op = c.op;
            const bool is_of_numbers = op == "sum" || op == "amax" || op == "argmax" ||
                                       op == "cumsum" || op == "sort" || op == "topk";
            if (!IsFloating(GetParam()) && !is_of_numbers) continue;
            SCOPED_TRACE(::testing::Message()
                         << op << " of " << ToString(shape) << ", dimension " << dim
                         << (is_reversed ? ", reversed" : "") << (has_nan ? ", with NaN" : ""));
            Compare(c, plain, input);
            if (HasFatalFailure()) return;
          }
        }
        SCOPED_TRACE("nonzero");
        Compare({"nonzero", {}}, plain, input);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(DTypes, LargeShapesTest,
                         ::testing::Values(DType::kInt32, DType::kFloat16, DType::kFloat32,
                                           DType::kFloat64),
                         [](const auto& info) { return std::string(Name(info.param)); });

}  // namespace
}  // namespace gradd
