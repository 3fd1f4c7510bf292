// Kernels of formulas, and what they are given.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <vector>

#include "core/kernels/cuda/strided_layout.h"
#include "core/spec/dtype.h"

namespace gradd::cuda {

// Three arguments at most; a vjp has the cotangent, and may use the arguments and the output.
inline constexpr int kMaxFormulaInputs = 5;

// One launch of a formula. The output is contiguous, inputs have one dtype.
struct PointwiseCall {
  int64_t count = 0;  // > 0
  void* out = nullptr;
  const void* in[kMaxFormulaInputs] = {};
  alignas(8) char number[kMaxFormulaInputs][8] = {};  // where `in` is null
  // Each input is contiguous, in the shape of the output, or a single element (bit k of
  // `is_single`); all is aligned for vectors. Otherwise `layout` says where elements are.
  bool is_row = false;
  uint32_t is_single = 0;
  StridedLayout<kMaxFormulaInputs> layout;
};

using PointwiseLauncher = cudaError_t (*)(const PointwiseCall& call, cudaStream_t stream);

// By dtype of the inputs; null where the op does not take it.
struct PointwiseLaunchers {
  PointwiseLauncher by_dtype[kDTypeCount] = {};
};

struct FormulaKernels {
  const char* name;
  int arity;
  PointwiseLaunchers value;
  PointwiseLaunchers vjp[3];  // by argument; inputs: the cotangent and what the derivative uses
};

// Of every pointwise op of the list, in several files that are generated (cmake/OpList.cmake).
std::vector<FormulaKernels> AllFormulas();

}  // namespace gradd::cuda
