// A reduction as its kernels get it. See reduction.h for what it computes.
#pragma once

#include <cstdint>

#include "core/kernels/cuda/lanes.cuh"
#include "core/kernels/cuda/reduction.h"
#include "core/kernels/cuda/strided_layout.h"

namespace gradd::cuda {

// Elements are taken in `pieces` of `piece_elements` each (the last has the rest); of more than
// one, accumulators go to `partials`, [pieces, outputs], and are folded themselves.
struct FoldCall {
  StridedLayout<1> kept;     // over the outputs, in row-major order
  StridedLayout<1> reduced;  // over the elements of one output
  int64_t outputs = 0, elements = 0;
  int64_t pieces = 1, piece_elements = 0;
  int64_t blocks = 0;  // that the outputs take, for one piece
  Lanes lanes;
  bool is_row = false;      // the elements of an output are contiguous
  bool is_aligned = false;  // and packs of them begin where they may

  const void* in = nullptr;
  void* partials = nullptr;
  double parameter = 0;
  const double* centers = nullptr;
  Finish finish;
  ReducedOutput out;
};

// Enqueues one kind of fold for elements of any dtype that has it: `elements`, then, where that has
// several pieces, `partials`.
using FoldLauncher = void (*)(Stream& stream, DType dtype, const FoldCall& elements,
                              const FoldCall& partials);
// Null for kinds that are another function's.
FoldLauncher SumLauncher(FoldKind kind);
FoldLauncher ExtremumLauncher(FoldKind kind);
FoldLauncher NormLauncher(FoldKind kind);

}  // namespace gradd::cuda
