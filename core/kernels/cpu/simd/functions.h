// The loops that exist once for each instruction set.
//
// The files of this folder that are named in core/CMakeLists.txt as SIMD_SOURCES are compiled once
// for each set, with its flags, into the namespace GRADD_ISA. They must include nothing that has
// inline functions of its own but what is compiled in that namespace or templated on Lanes: the
// linker keeps one copy of an inline function, and it might be one that the processor cannot run.
// What they offer is in the table below.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/kernels/cpu/simd/fold_loops.h"
#include "core/kernels/cpu/simd/half_loops.h"
#include "core/kernels/cpu/simd/isa.h"
#include "core/kernels/cpu/simd/multi_tensor_loops.h"
#include "core/kernels/cpu/simd/scan_loops.h"
#include "core/kernels/cpu/simd/softmax_loops.h"

namespace gradd::cpu {

// out[i] = f(in[0][i], in[1][i], ...) for i in [0, count). `out` may be one of `in`.
using BlockFunction = void (*)(void* out, const void* const* in, int64_t count);

// A pointwise function for each type that elements are computed with; null where it has none.
// Integers and bools are computed with as int64 (wrapping), the 16-bit floating types as float.
struct Blocks {
  BlockFunction f32 = nullptr;
  BlockFunction f64 = nullptr;
  BlockFunction i64 = nullptr;
};

// An op's formula and its fused vjps.
struct FormulaBlocks {
  const char* name;
  int arity;
  Blocks value;
  Blocks vjp[3];  // by argument; inputs: the cotangent and what the derivative uses
};

struct FormulaTable {
  const FormulaBlocks* formulas;
  size_t count;
};

struct SimdFunctions {
  FormulaTable (*formulas)();  // one for each pointwise op
  MultiTensorLoops (*multi_tensor)();
  FoldTable (*folds)();
  SoftmaxTable (*softmaxes)();
  ScanTable (*scans)();
  HalfLoops (*halves)();  // null functions: one by one (core/spec/half.h)
};

// Those of ActiveIsa().
const SimdFunctions& Simd();

namespace baseline {
extern const SimdFunctions kSimdFunctions;
}
namespace avx2 {
extern const SimdFunctions kSimdFunctions;
}
namespace avx512 {
extern const SimdFunctions kSimdFunctions;
}

}  // namespace gradd::cpu
