// The same matrix products by the libraries that this was built with (OpenBLAS; oneDNN and libxsmm
// where they are installed), called directly. Of each product the one counts that does it fastest
// here. Flags: --threads.

#include <cblas.h>
#include <omp.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#ifdef GRADD_BENCH_DNNL
#include <oneapi/dnnl/dnnl.h>
#endif
#ifdef GRADD_BENCH_XSMM
#include <libxsmm.h>
#endif

#include "bench/kernels/engine.h"
#include "bench/kernels/gemm_shapes.h"
#include "bench/kernels/kernels.h"

namespace gradd::bench {
namespace {

// Row-major: left is rows x inner and right inner x columns, either stored transposed perhaps.
struct Gemm {
  int rows, columns, inner;
  bool left_transposed, right_transposed;

  int left_stride() const { return left_transposed ? rows : inner; }
  int right_stride() const { return right_transposed ? inner : columns; }
};

using Call = std::function<void(const float* left, const float* right, float* out)>;

std::vector<Call> CallsFor(const Gemm& g) {
  std::vector<Call> calls;
  calls.push_back([g](const float* left, const float* right, float* out) {
    cblas_sgemm(CblasRowMajor, g.left_transposed ? CblasTrans : CblasNoTrans,
                g.right_transposed ? CblasTrans : CblasNoTrans, g.rows, g.columns, g.inner, 1, left,
                g.left_stride(), right, g.right_stride(), 0, out, g.columns);
  });
#ifdef GRADD_BENCH_DNNL
  calls.push_back([g](const float* left, const float* right, float* out) {
    dnnl_sgemm(g.left_transposed ? 'T' : 'N', g.right_transposed ? 'T' : 'N', g.rows, g.columns,
               g.inner, 1, left, g.left_stride(), right, g.right_stride(), 0, out, g.columns);
  });
#endif
#ifdef GRADD_BENCH_XSMM
  // One function made for this shape, on one thread. It is column-major, so the factors change
  // places; it has none for a transposed right factor.
  const float one = 1, zero = 0;
  const int flags = (g.right_transposed ? LIBXSMM_GEMM_FLAG_TRANS_A : 0) |
                    (g.left_transposed ? LIBXSMM_GEMM_FLAG_TRANS_B : 0);
  const int left_stride = g.left_stride(), right_stride = g.right_stride();
  const libxsmm_smmfunction function =
      libxsmm_smmdispatch(g.columns, g.rows, g.inner, &right_stride, &left_stride, &g.columns, &one,
                          &zero, &flags, nullptr);
  if (function != nullptr) {
    calls.push_back([function](const float* left, const float* right, float* out) {
      function(right, left, out);
    });
  }
#endif
  return calls;
}

void UseThreads(int threads) {
  openblas_set_num_threads(threads);
  omp_set_num_threads(threads);
}

// Seconds for `rounds`, after one more.
double Seconds(const std::function<void()>& work, int rounds) {
  work();
  const Stopwatch time;
  for (int i = 0; i < rounds; ++i) work();
  return time.Seconds();
}

// A product, its operands, and the fastest way to compute it.
class Best {
 public:
  Best(const Gemm& gemm, int rounds)
      : left_(Numbers(static_cast<size_t>(gemm.rows) * gemm.inner)),
        right_(Numbers(static_cast<size_t>(gemm.inner) * gemm.columns)),
        out_(static_cast<size_t>(gemm.rows) * gemm.columns) {
    const std::vector<Call> calls = CallsFor(gemm);
    std::vector<double> best(calls.size(), std::numeric_limits<double>::infinity());
    for (int repeat = 0; repeat < 5; ++repeat) {
      for (size_t i = 0; i < calls.size(); ++i) {
        best[i] = std::min(
            best[i], Seconds([&] { calls[i](left_.data(), right_.data(), out_.data()); }, rounds));
      }
    }
    call_ = calls[std::min_element(best.begin(), best.end()) - best.begin()];
  }

  void operator()() const { call_(left_.data(), right_.data(), out_.data()); }

 private:
  const std::vector<float> left_, right_;
  mutable std::vector<float> out_;
  Call call_;
};

}  // namespace

Sample LinearProductsOfLibraries(const Flags& flags) {
  UseThreads(flags.Int("threads", 1));
  const auto best = std::make_shared<const std::vector<Best>>(std::initializer_list<Best>{
      {{kRows, kOutputs, kInputs, false, true}, 100},
      {{kRows, kInputs, kOutputs, false, false}, 100},
      {{kOutputs, kInputs, kRows, true, false}, 100},
  });
  return [best] {
    const Stopwatch time;
    for (int i = 0; i < kLinearRounds; ++i) {
      for (const Best& product : *best) product();
    }
    return time.Micros() / kLinearRounds;
  };
}

Sample LargeProductOfLibraries(const Flags& flags) {
  UseThreads(flags.Int("threads", 1));
  const auto best =
      std::make_shared<const Best>(Gemm{kLargeSize, kLargeSize, kLargeSize, false, false}, 2);
  return [best] {
    const Stopwatch time;
    for (int i = 0; i < kLargeRounds; ++i) (*best)();
    return time.Millis() / kLargeRounds;
  };
}

}  // namespace gradd::bench
