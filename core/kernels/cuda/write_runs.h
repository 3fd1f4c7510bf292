// Writing and adding to places of which several may be the same.
#pragma once

#include "absl/status/status.h"

#include "core/kernels/kernel.h"
#include "core/kernels/strided_index.h"
#include "core/kernels/strided_loop.h"

namespace gradd::cuda {

// `count` slices of a source, each to a place of the output. What goes to one place is brought
// together by sorting, and one thread takes it in its order: the last is what is written, or all
// are added, with the bits that going through them one after the other gives.
struct SliceWrites {
  // Every element of every slice. Operand 0 is the output and operand 2 the source, both with
  // strides of 0 along the slices; operand 1 has the number of the slice.
  StridedLoop<3> loop;
  StridedIndex source_slices;       // where slice i begins in the source
  const int64_t* places = nullptr;  // of slices in the output, in elements
  int64_t count = 0;
};

// To call.outputs[0], if no bad index was found.
absl::Status WriteRuns(const KernelCall& call, const SliceWrites& writes, const void* source,
                       bool adds);

}  // namespace gradd::cuda
