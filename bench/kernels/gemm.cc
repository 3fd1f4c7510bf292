// Our matrix products. Flags: --threads.

#include <cmath>
#include <memory>
#include <vector>

#include "bench/kernels/engine.h"
#include "bench/kernels/gemm_shapes.h"
#include "bench/kernels/kernels.h"
#include "core/ops/op_table.h"

namespace gradd::bench {
namespace {

const Op& Matmul() {
  static const Op& op = *FindOp("matmul");
  return op;
}

Value Transposed(Engine& engine, const Value& v) {
  return engine.Apply(*FindOp("transpose"), {v}, {int64_t{0}, int64_t{1}});
}

}  // namespace

// Microseconds for the three products of a linear layer.
Sample LinearProducts(const Flags& flags) {
  const auto engine = std::make_shared<Engine>(flags.Int("threads", 1));
  const std::vector<float> numbers = Numbers(kInputs * kOutputs);
  const auto tensor = [&](int rows, int columns) {
    return engine->Tensor({rows, columns}, {numbers.begin(), numbers.begin() + rows * columns});
  };
  const Value x = tensor(kRows, kInputs), w = tensor(kOutputs, kInputs),
              dy = tensor(kRows, kOutputs);
  const Value w_t = Transposed(*engine, w), dy_t = Transposed(*engine, dy);
  const std::vector<float> y = engine->Read(engine->Apply(Matmul(), {x, w_t}));
  double first = 0;
  for (int i = 0; i < kInputs; ++i) first += double{numbers[i]} * numbers[i];
  Require(std::abs(y[0] - first) < 1e-3, "wrong product");
  return [=] {
    double micros = 0;
    engine->Run([&] {
      const Stopwatch time;
      for (int i = 0; i < kLinearRounds; ++i) {
        engine->Apply(Matmul(), {x, w_t});
        engine->Apply(Matmul(), {dy, w});
        engine->Apply(Matmul(), {dy_t, x});
      }
      micros = time.Micros() / kLinearRounds;
    });
    return micros;
  };
}

// Milliseconds for a product of large matrices.
Sample LargeProduct(const Flags& flags) {
  const auto engine = std::make_shared<Engine>(flags.Int("threads", 1));
  const std::vector<float> numbers = Numbers(size_t{kLargeSize} * kLargeSize);
  const Value a = engine->Tensor({kLargeSize, kLargeSize}, numbers);
  const Value b = engine->Tensor({kLargeSize, kLargeSize}, numbers);
  return [=] {
    double millis = 0;
    engine->Run([&] {
      const Stopwatch time;
      for (int i = 0; i < kLargeRounds; ++i) engine->Apply(Matmul(), {a, b});
      millis = time.Millis() / kLargeRounds;
    });
    return millis;
  };
}

}  // namespace gradd::bench
