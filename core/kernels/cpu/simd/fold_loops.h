// The inner loops of reductions (core/kernels/cpu/reduction.h).
#pragma once

#include <cstdint>

namespace gradd::cpu {

// How elements become one number, their accumulator: what each contributes, and how contributions
// are joined. `center` is a number of each output, `parameter` one of the whole op.
enum class FoldKind : uint8_t {
  kSum,
  kProduct,
  kLargest,   // NaN where an element is
  kSmallest,  // NaN where an element is
  kNotZero,   // how many
  // Of floating elements only:
  kSquaresAround,  // sum of (x - center)^2
  kExpAround,      // sum of exp(x - center)
  kSquares,
  kMagnitudes,
  kPowers,  // sum of |x|^parameter
  kLargestMagnitude,
  kSmallestMagnitude,
};
inline constexpr int kFoldKinds = 12;

// Accumulators are doubles for floating elements and int64, which wrap, for integers. The order in
// which is joined depends on the number of elements only, not on the instruction set.
struct FoldLoops {
  // What nothing has been joined into yet.
  void (*start)(void* accumulators, int64_t count);
  // Joins `count` elements at x into *accumulator.
  void (*row)(double parameter, double center, const void* x, int64_t count, void* accumulator);
  // Joins element i of each of the `rows` rows, `stride` elements apart, into accumulators[i].
  // `centers` is null where the fold has none.
  void (*columns)(double parameter, const double* centers, const void* x, int64_t stride,
                  int64_t rows, int64_t count, void* accumulators);
  // accumulators[i] joined with others[i].
  void (*join)(void* accumulators, const void* others, int64_t count);
};

// By type of the elements; integers have no floating folds.
struct FoldTable {
  FoldLoops f32[kFoldKinds], f64[kFoldKinds], i64[kFoldKinds];
};

}  // namespace gradd::cpu
