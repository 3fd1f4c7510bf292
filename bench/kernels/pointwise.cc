// Pointwise ops on float32 tensors far larger than the processor's caches.
//
// Flags: --threads; --op; --inputs that it has; --bytes that a copy moves, read and written
// together.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

#include "bench/kernels/engine.h"
#include "bench/kernels/kernels.h"
#include "core/base/huge_pages.h"
#include "core/base/parallel_for.h"
#include "core/ops/op_table.h"

namespace gradd::bench {
namespace {
constexpr int64_t kElements = int64_t{4} << 20;
constexpr int kRounds = 10;
}  // namespace

// Milliseconds for one op.
Sample PointwiseOp(const Flags& flags) {
  const auto engine = std::make_shared<Engine>(flags.Int("threads", 1));
  const std::string name = flags.Text("op", "");
  const Op* const op = FindOp(name);
  Require(op != nullptr, "no op is called " + name);
  const std::vector<float> numbers = Numbers(kElements);
  Values inputs;
  for (int i = 0; i < flags.Int("inputs", 1); ++i) {
    inputs.push_back(engine->Tensor({kElements}, numbers));
  }
  const auto apply = [engine, op, inputs] {
    return inputs.size() == 1 ? engine->Apply(*op, {inputs[0]})
                              : engine->Apply(*op, {inputs[0], inputs[1]});
  };
  const float last = numbers.back();
  const float expected = name == "sin" ? std::sin(last) : last + last;
  Require(std::abs(engine->Read(apply()).back() - expected) < 1e-6, "wrong result");
  return [=] {
    double millis = 0;
    engine->Run([&] {
      const Stopwatch time;
      for (int i = 0; i < kRounds; ++i) apply();
      millis = time.Millis() / kRounds;
    });
    return millis;
  };
}

// Milliseconds for one copy by all threads, in pieces of the best size.
Sample CopyOfBytes(const Flags& flags) {
  const auto engine = std::make_shared<Engine>(flags.Int("threads", 1));
  const int64_t bytes = flags.Int("bytes", 0) / 2;
  const auto memory = [bytes] {
    void* block = nullptr;
    Require(posix_memalign(&block, kHugePageBytes, bytes) == 0, "no memory");
    PreferHugePages(block, bytes);
    std::memset(block, 1, bytes);
    return std::shared_ptr<char>(static_cast<char*>(block), std::free);
  };
  const std::shared_ptr<char> from = memory(), to = memory();
  const auto copy = [=](int64_t piece) {
    double millis = 0;
    engine->Run([&] {
      const Stopwatch time;
      for (int i = 0; i < kRounds; ++i) {
        ParallelFor(bytes, piece, [&](int64_t begin, int64_t end) {
          std::memcpy(to.get() + begin, from.get() + begin, end - begin);
        });
      }
      millis = time.Millis() / kRounds;
    });
    return millis;
  };
  int64_t best = 0;
  double best_millis = std::numeric_limits<double>::infinity();
  for (int64_t piece = int64_t{64} << 10; piece < 2 * bytes; piece *= 4) {
    for (int i = 0; i < 3; ++i) {
      if (const double millis = copy(piece); millis < best_millis) {
        best_millis = millis;
        best = piece;
      }
    }
  }
  return [copy, best] { return copy(best); };
}

}  // namespace gradd::bench
