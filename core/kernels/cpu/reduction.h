// What reductions on the processor have in common: which elements belong to which output, in which
// order they are walked, by how many threads, and the accumulators that they are joined into.
//
// Rows that lie together in memory are folded one after the other; where instead neighbouring
// outputs lie together, many outputs are accumulated side by side. Long reductions are cut into
// pieces. All of that follows from the input's layout, never from the number of threads.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/functional/function_ref.h"

#include "core/kernels/cpu/simd/fold_loops.h"
#include "core/kernels/strided_loop.h"
#include "core/spec/tensor_spec.h"

namespace gradd::cpu {

struct ReductionLoop {
  StridedLoop<1> kept;     // over the outputs, in row-major order
  StridedLoop<1> reduced;  // over the elements of one output
  int64_t outputs = 0;
  int64_t elements = 0;  // of one output
  DType dtype = DType::kFloat32;
  // Each element is converted to this one before it is joined.
  std::optional<DType> through;

  bool by_columns = false;
  int64_t block = 1;  // outputs that are done together
  // A long reduction is taken in `pieces`: of so many rows of `reduced` each, or of one stretch of
  // a row where rows are long.
  int64_t pieces = 1, rows_of_piece = 1, stretch = 0;

  // Of the input's dimensions `dims` (normalized) are reduced. `through`: as above.
  static ReductionLoop Make(const TensorSpec& input, DimsView dims,
                            std::optional<DType> through = std::nullopt);
  int64_t scratch_bytes() const { return pieces > 1 ? outputs * pieces * 8 : 0; }
};

struct Fold {
  FoldKind kind;
  double parameter = 0;
  const double* centers = nullptr;  // one for each output, where the kind has them
};

// Accumulators of the outputs [first, first + count): doubles where elements are floating,
// otherwise int64. Called by several threads, once for each output.
using FinishOutputs = absl::FunctionRef<void(int64_t first, int64_t count, void* accumulators)>;

// Joins all elements of each output. `scratch` has loop.scratch_bytes().
void Reduce(const ReductionLoop& loop, const Fold& fold, const void* in, void* scratch,
            FinishOutputs finish);

}  // namespace gradd::cpu
