// Reductions that are cut into pieces: against a loop, and on several threads to the last bit.
#include "core/kernels/cpu/reduction.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/thread_pool.h"
#include "core/kernels/cpu/elements.h"

namespace gradd::cpu {
namespace {

struct Layout {
  const char* name;
  Dims shape;
  Dims strides;  // empty: contiguous
  Dims dims;
};

// Long rows, long columns, and what lies between.
const std::vector<Layout>& Layouts() {
  static const auto* const kLayouts = new std::vector<Layout>{
      {"all", {200'000}, {}, {0}},
      {"all of a transposed matrix", {300, 400}, {1, 300}, {0, 1}},
      {"rows", {3, 70'000}, {}, {1}},
      {"short rows", {40'000, 3}, {}, {1}},
      {"columns", {5'000, 30}, {}, {0}},
      {"wide columns", {200, 1'000}, {}, {0}},
      {"outer and inner", {30, 5, 900}, {}, {0, 2}},
      {"middle", {20, 300, 40}, {}, {1}},
      {"every second", {90'000}, {2}, {0}},
      {"rows of another order", {64, 2'500}, {1, 64}, {1}},
      {"repeated", {300, 500}, {0, 1}, {0}},
      {"repeated rows", {500, 300}, {1, 0}, {1}},
      {"one by one", {50'000}, {}, {}},
      {"nothing", {0, 3}, {}, {0}},
      {"no outputs", {3, 0}, {}, {0}},
  };
  return *kLayouts;
}

TensorSpec SpecOf(const Layout& layout, DType dtype) {
  TensorSpec spec = TensorSpec::Contiguous(dtype, layout.shape, {});
  if (!layout.strides.empty()) spec.strides = layout.strides;
  return spec;
}

// Elements whose sums are exact in every order.
template <class T>
std::vector<T> Elements(const TensorSpec& spec) {
  std::vector<T> elements;
  for (int64_t i = 0; i < StorageExtent(spec); ++i) {
    elements.push_back(static_cast<T>(static_cast<float>(i % 31 - 11)));
  }
  return elements;
}

template <class T>
std::vector<double> Expected(const TensorSpec& spec, const Dims& dims, const std::vector<T>& x) {
  const ReductionLoop loop = ReductionLoop::Make(spec, dims);
  std::vector<double> sums(loop.outputs, 0);
  for (int64_t flat = 0; flat < spec.element_count(); ++flat) {
    int64_t left = flat, offset = 0, output = 0, output_stride = 1;
    for (int d = spec.rank() - 1; d >= 0; --d) {
      const int64_t i = left % spec.shape[d];
      left /= spec.shape[d];
      offset += i * spec.strides[d];
      if (std::find(dims.begin(), dims.end(), d) != dims.end()) continue;
      output += i * output_stride;
      output_stride *= spec.shape[d];
    }
    sums[output] += static_cast<double>(x[offset]);
  }
  return sums;
}

std::vector<double> ResultsOf(const ReductionLoop& loop, const Fold& fold, const void* x) {
  std::vector<char> scratch(loop.scratch_bytes());
  std::vector<double> results(loop.outputs);
  const bool is_floating = IsFloating(loop.dtype);
  Reduce(loop, fold, x, scratch.data(), [&](int64_t first, int64_t count, void* accumulators) {
    for (int64_t i = 0; i < count; ++i) {
      results[first + i] = is_floating
                               ? static_cast<double*>(accumulators)[i]
                               : static_cast<double>(static_cast<int64_t*>(accumulators)[i]);
    }
  });
  return results;
}

// Runs `body` on a thread of `pool`.
void RunOn(ThreadPool& pool, std::function<void()> body) {
  struct Job final : ThreadPool::Task {
    void Run() override {
      body();
      done = true;
      done.notify_all();
    }
    std::function<void()> body;
    std::atomic<bool> done{false};
  } job;
  job.body = std::move(body);
  pool.Schedule(job);
  job.done.wait(false);
}

template <class T>
class ReductionTest : public ::testing::Test {};
using Types = ::testing::Types<float, double, int64_t, int32_t, BFloat16>;
TYPED_TEST_SUITE(ReductionTest, Types);

TYPED_TEST(ReductionTest, SumsEqualALoop) {
  for (const Layout& layout : Layouts()) {
    SCOPED_TRACE(layout.name);
    const TensorSpec spec = SpecOf(layout, kDTypeOf<TypeParam>);
    const std::vector<TypeParam> x = Elements<TypeParam>(spec);
    const ReductionLoop loop = ReductionLoop::Make(spec, layout.dims);
    EXPECT_EQ(ResultsOf(loop, {FoldKind::kSum}, x.data()), Expected(spec, layout.dims, x));
  }
}

TEST(ReductionThreadsTest, MakeNoDifference) {
  ThreadPool pool(3);
  for (const Layout& layout : Layouts()) {
    SCOPED_TRACE(layout.name);
    const TensorSpec spec = SpecOf(layout, DType::kFloat32);
    std::vector<float> x;  // whose sums are not exact
    for (int64_t i = 0; i < StorageExtent(spec); ++i) {
      x.push_back(std::sin(static_cast<float>(i)));
    }
    const ReductionLoop loop = ReductionLoop::Make(spec, layout.dims);
    const std::vector<double> alone = ResultsOf(loop, {FoldKind::kSum}, x.data());
    std::vector<double> together;
    RunOn(pool, [&] { together = ResultsOf(loop, {FoldKind::kSum}, x.data()); });
    EXPECT_EQ(together, alone);
  }
}

// Each output has its own center, in rows and in columns alike.
TEST(ReductionCentersTest, BelongToTheirOutputs) {
  for (const Dims& dims : {Dims{0}, Dims{1}}) {
    const TensorSpec spec = TensorSpec::Contiguous(DType::kFloat64, {600, 700}, {});
    const std::vector<double> x = Elements<double>(spec);
    const ReductionLoop loop = ReductionLoop::Make(spec, dims);
    std::vector<double> centers;
    for (int64_t i = 0; i < loop.outputs; ++i) centers.push_back(static_cast<double>(i));
    const std::vector<double> squares =
        ResultsOf(loop, {FoldKind::kSquaresAround, 0, centers.data()}, x.data());
    for (int64_t output = 0; output < loop.outputs; ++output) {
      double expected = 0;
      for (int64_t i = 0; i < loop.elements; ++i) {
        const double y = dims[0] == 0 ? x[i * 700 + output] : x[output * 700 + i];
        expected += (y - centers[output]) * (y - centers[output]);
      }
      EXPECT_EQ(squares[output], expected);
    }
  }
}

TEST(ReductionThroughTest, ConvertsEachElementFirst) {
  const std::vector<double> x(100'000, 1.75);
  const TensorSpec spec = TensorSpec::Contiguous(DType::kFloat64, {100'000}, {});
  const ReductionLoop loop = ReductionLoop::Make(spec, {0}, DType::kInt64);
  std::vector<char> scratch(loop.scratch_bytes());
  int64_t sum = 0;
  Reduce(loop, {FoldKind::kSum}, x.data(), scratch.data(),
         [&](int64_t, int64_t, void* accumulators) { std::memcpy(&sum, accumulators, 8); });
  EXPECT_EQ(sum, 100'000);
}

}  // namespace
}  // namespace gradd::cpu
