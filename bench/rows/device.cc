// Large work on the default device of a server's sessions, pipelined: a sample issues many ops,
// then fetches an element of the last, which waits for the device.
//
// Flags: --target; --elements; --size of square matrices.

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "bench/rows/rows.h"
#include "client/cpp/gradd.h"

namespace gradd::bench {
namespace {

constexpr int kRounds = 50;      // ops a sample
constexpr int kParameters = 16;  // that share the elements of the optimizer's

Connection ConnectionTo(const Flags& flags) {
  ConnectionOptions options;
  options.target = flags.Text("target", "");
  return Connection(options);
}

float First(const Tensor& tensor) { return tensor.flatten()[0].item<float>(); }

// Milliseconds for one of `rounds` calls of `op`, which gives a tensor.
template <class Op>
double MillisOf(const Op& op) {
  const Stopwatch time;
  for (int i = 1; i < kRounds; ++i) (void)op();
  (void)First(op());
  return time.Millis() / kRounds;
}

}  // namespace

Sample DeviceAdd(const Flags& flags) {
  const Connection connection = ConnectionTo(flags);
  const Tensor x = full({flags.Int("elements", 0)}, 0.5, on(connection).dtype(kFloat32));
  const Tensor y = full({flags.Int("elements", 0)}, 0.25, on(connection).dtype(kFloat32));
  Require(First(x + y) == 0.75F, "wrong sum");
  return [=] { return MillisOf([&] { return x + y; }); };
}

Sample DeviceProduct(const Flags& flags) {
  const Connection connection = ConnectionTo(flags);
  const int size = flags.Int("size", 0);
  std::vector<float> numbers(static_cast<size_t>(size) * static_cast<size_t>(size));
  for (size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = static_cast<float>(2 * std::fmod(static_cast<double>(i) * 0.6180339887, 1) - 1);
  }
  const Tensor a = from_blob(numbers.data(), {size, size}, on(connection));
  double first = 0;
  for (size_t i = 0; i < static_cast<size_t>(size); ++i) {
    first += double{numbers[i]} * numbers[i * static_cast<size_t>(size)];
  }
  Require(std::abs(First(a.matmul(a)) - first) < 1e-2, "wrong product");
  return [=] { return MillisOf([&] { return a.matmul(a); }); };
}

Sample DeviceAdam(const Flags& flags) {
  const Connection connection = ConnectionTo(flags);
  const int elements = flags.Int("elements", 0) / kParameters;
  const Tensor ones = full({elements}, 1, on(connection).dtype(kFloat32));
  std::vector<Tensor> parameters;
  for (int i = 0; i < kParameters; ++i) {
    parameters.push_back(full({elements}, 1, on(connection).dtype(kFloat32).requires_grad(true)));
    (parameters.back() * 2).backward(ones);
  }
  const auto adam = std::make_shared<optim::Adam>(parameters, optim::AdamOptions{});
  adam->step();
  Require(First(parameters[0]) < 1, "the parameters do not change");
  return [=] {
    return MillisOf([&] {
      adam->step();
      return parameters[0];
    });
  };
}

}  // namespace gradd::bench
