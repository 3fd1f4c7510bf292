#include "core/kernels/cpu/gemm/gemm.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "core/base/thread_pool.h"
#include "core/kernels/cpu/simd/isa.h"
#include "core/spec/half.h"

namespace gradd::cpu::gemm {
namespace {

template <class T>
const Tiles<T>& Of(const TileSet& set) {
  if constexpr (std::is_same_v<T, float>) return set.f32;
  if constexpr (std::is_same_v<T, double>) return set.f64;
  if constexpr (std::is_same_v<T, uint32_t>) return set.i32;
  if constexpr (std::is_same_v<T, uint64_t>) return set.i64;
}

struct NamedTiles {
  std::string name;
  TileSet tiles;
  bool fuses;  // products and sums
};

// Those that this processor can run.
const std::vector<NamedTiles>& AllTiles() {
  static const auto* const kTiles = [] {
    auto* all = new std::vector<NamedTiles>{{"baseline", baseline::GemmTiles(), false}};
#ifdef __x86_64__
    if (WidestIsa() >= Isa::kAvx2) all->push_back({"avx2", avx2::GemmTiles(), true});
    if (WidestIsa() >= Isa::kAvx512) all->push_back({"avx512", avx512::GemmTiles(), true});
#endif
    return all;
  }();
  return *kTiles;
}

// Rows or columns of consecutive elements, either with room between them, or neither.
enum class Layout { kRows, kColumns, kApart, kSpread };
constexpr Layout kLayouts[] = {Layout::kRows, Layout::kColumns, Layout::kApart, Layout::kSpread};

Strides StridesFor(Layout layout, int64_t rows, int64_t columns) {
  switch (layout) {
    case Layout::kColumns:
      return {1, rows};
    case Layout::kApart:
      return {columns + 5, 1};
    case Layout::kSpread:
      return {2, 2 * rows + 3};
    case Layout::kRows:
      break;
  }
  return {columns, 1};
}

int64_t Extent(Strides strides, int64_t rows, int64_t columns) {
  return (rows - 1) * strides.row + (columns - 1) * strides.column + 1;
}

constexpr Shape kShapes[] = {
    {1, 1, 1},     {2, 4, 3},     {4, 4, 4},     {1, 70, 9},      {70, 1, 9},    {5, 7, 100},
    {3, 90, 65},   {90, 3, 65},   {16, 10, 100}, {16, 100, 30},   {13, 49, 800}, {17, 33, 385},
    {100, 50, 3},  {97, 241, 40}, {9, 300, 384}, {300, 9, 384},   {64, 64, 64},  {1, 1, 2000},
    {8, 300, 500}, {300, 8, 500}, {1, 513, 400}, {3841, 9, 10},   {9, 3841, 10}, {250, 260, 400},
    {65, 48, 20},  {65, 20, 20},  {8, 48, 1153}, {50, 200, 1500},
};

// Numbers so small that every sum is exact in every type but the 16-bit ones' results, in rows.
std::vector<int> Numbers(int64_t count, int seed) {
  std::minstd_rand random(seed);
  std::vector<int> numbers(count);
  for (int& number : numbers) number = static_cast<int>(random() % 4);
  return numbers;
}

// The same with elements of another type, in another layout and with other numbers between them.
template <class T>
std::vector<T> LaidOut(const std::vector<int>& numbers, int64_t rows, int64_t columns,
                       Strides strides) {
  std::vector<T> out(Extent(strides, rows, columns), T(5.0f));
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < columns; ++j) {
      out[i * strides.row + j * strides.column] = T(static_cast<float>(numbers[i * columns + j]));
    }
  }
  return out;
}

// Two factors and their product, in rows.
struct Factors {
  explicit Factors(const Shape& shape)
      : left(Numbers(shape.rows * shape.inner, 1)),
        right(Numbers(shape.inner * shape.columns, 2)),
        product(shape.rows * shape.columns) {
    for (int64_t i = 0; i < shape.rows; ++i) {
      for (int64_t p = 0; p < shape.inner; ++p) {
        const int* const row = &right[p * shape.columns];
        int* const sums = &product[i * shape.columns];
        const int factor = left[i * shape.inner + p];
        for (int64_t j = 0; j < shape.columns; ++j) sums[j] += factor * row[j];
      }
    }
  }
  std::vector<int> left, right, product;
};

template <class From, class T>
void Multiply(const Product<From, T>& product, const From* left, const From* right, T* out) {
  std::vector<char> scratch(product.scratch_bytes());
  product.Multiply(left, right, out, scratch.empty() ? nullptr : scratch.data());
}

template <class From, class T>
void CheckExact(const Shape& shape, const Factors& factors, Layout left_layout, Layout right_layout,
                const Tiles<T>& tiles) {
  const Strides left = StridesFor(left_layout, shape.rows, shape.inner);
  const Strides right = StridesFor(right_layout, shape.inner, shape.columns);
  const Strides to = {shape.columns + 3, 1};
  const auto a = LaidOut<From>(factors.left, shape.rows, shape.inner, left);
  const auto b = LaidOut<From>(factors.right, shape.inner, shape.columns, right);
  const T untouched = T(77777);
  std::vector<T> out(shape.rows * to.row, untouched);
  Multiply(Product<From, T>(shape, left, right, to, tiles), a.data(), b.data(), out.data());
  for (int64_t i = 0; i < shape.rows; ++i) {
    for (int64_t j = 0; j < to.row; ++j) {
      const T expected =
          j < shape.columns ? static_cast<T>(factors.product[i * shape.columns + j]) : untouched;
      ASSERT_EQ(out[i * to.row + j], expected) << "at " << i << ", " << j;
    }
  }
}

template <class From, class T>
void CheckAll() {
  for (const Shape& shape : kShapes) {
    const Factors factors(shape);
    for (const NamedTiles& tiles : AllTiles()) {
      for (const Layout left : kLayouts) {
        for (const Layout right : kLayouts) {
          if (shape.work() > 5'000'000 && left != right) continue;  // they take long
          SCOPED_TRACE(absl::StrCat(tiles.name, " ", shape.rows, "x", shape.inner, " times ",
                                    shape.inner, "x", shape.columns, ", layouts ",
                                    static_cast<int>(left), " and ", static_cast<int>(right)));
          CheckExact<From, T>(shape, factors, left, right, Of<T>(tiles.tiles));
          if (testing::Test::HasFatalFailure()) return;
        }
      }
    }
  }
}

TEST(Gemm, Float) { CheckAll<float, float>(); }
TEST(Gemm, Double) { CheckAll<double, double>(); }
TEST(Gemm, Int32) { CheckAll<uint32_t, uint32_t>(); }
TEST(Gemm, Int64) { CheckAll<uint64_t, uint64_t>(); }
TEST(Gemm, Half) { CheckAll<Half, float>(); }
TEST(Gemm, BFloat16) { CheckAll<BFloat16, float>(); }

std::vector<float> RandomNumbers(int64_t count, int seed) {
  std::minstd_rand random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> numbers(count);
  for (float& number : numbers) number = normal(random);
  return numbers;
}

// Of numbers whose sums are not exact, with the right factor in rows or columns.
std::vector<float> Result(const Shape& shape, Layout right_layout, const Tiles<float>& tiles) {
  const auto a = RandomNumbers(shape.rows * shape.inner, 1);
  const auto b = RandomNumbers(shape.inner * shape.columns, 2);
  std::vector<float> out(shape.rows * shape.columns);
  Multiply(Product<float, float>(shape, {shape.inner, 1},
                                 StridesFor(right_layout, shape.inner, shape.columns),
                                 {shape.columns, 1}, tiles),
           a.data(), b.data(), out.data());
  return out;
}

bool SameBits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

TEST(Gemm, TheWidthOfVectorsDoesNotChangeABit) {
  for (const Shape& shape : kShapes) {
    for (const Layout layout : {Layout::kRows, Layout::kColumns}) {
      const std::vector<float>* first = nullptr;
      std::vector<std::vector<float>> results;
      results.reserve(AllTiles().size());
      for (const NamedTiles& tiles : AllTiles()) {
        if (!tiles.fuses) continue;
        results.push_back(Result(shape, layout, tiles.tiles.f32));
        if (first == nullptr) first = &results.back();
        EXPECT_TRUE(SameBits(*first, results.back()))
            << tiles.name << " " << shape.rows << " " << shape.columns << " " << shape.inner;
      }
    }
  }
}

// Runs `work` on a thread of a pool of so many.
void RunOnPool(int threads, const std::function<void()>& work) {
  struct Task final : ThreadPool::Task {
    explicit Task(const std::function<void()>& f) : function(f) {}
    void Run() override { function(); }
    const std::function<void()>& function;
  };
  Task task(work);
  ThreadPool pool(threads);
  pool.Schedule(task);
}

TEST(Gemm, TheNumberOfThreadsDoesNotChangeABit) {
  for (const Shape& shape : kShapes) {
    const std::vector<float> alone = Result(shape, Layout::kRows, ActiveTilesOf<float>());
    for (const int threads : {1, 2, 5}) {
      RunOnPool(threads, [&] {
        EXPECT_TRUE(SameBits(alone, Result(shape, Layout::kRows, ActiveTilesOf<float>())))
            << threads << " threads, " << shape.rows << " " << shape.columns << " " << shape.inner;
      });
    }
  }
}

TEST(Gemm, LongSumsStayAccurate) {
  const Shape shape = {3, 20, 100'000};
  const std::vector<float> a(shape.rows * shape.inner, 0.1f);
  const std::vector<float> b(shape.inner * shape.columns, 0.1f);
  std::vector<float> out(shape.rows * shape.columns);
  Multiply(Product<float, float>(shape, {shape.inner, 1}, {shape.columns, 1}, {shape.columns, 1}),
           a.data(), b.data(), out.data());
  const double exact = 1e5 * double{0.1f} * double{0.1f};
  for (const float sum : out) EXPECT_NEAR(sum, exact, 2e-5 * exact);
}

TEST(Shape, WorkThatIsTooLargeToCountIsTheLargest) {
  EXPECT_EQ((Shape{1 << 30, 1 << 30, 1 << 30}.work()), INT64_MAX);
  EXPECT_EQ((Shape{2, 3, 4}.work()), 24);
}

}  // namespace
}  // namespace gradd::cpu::gemm
