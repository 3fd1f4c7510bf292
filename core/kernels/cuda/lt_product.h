// Products of floating matrices by cuBLASLt.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/device/cuda/cuda_stream.h"
#include "core/kernels/cuda/cublas_lt.h"
#include "core/kernels/cuda/matrix_operand.h"
#include "core/spec/dtype.h"

namespace gradd::cuda {

// Of the address of a bias, in bytes.
inline constexpr uintptr_t kBiasAlignment = 16;

// What float32 factors may be rounded to before they are multiplied. REQUIRES: kFull for others.
enum class Float32Precision { kFull, kTf32 };

struct LtFactor {
  MatrixOperand matrix;
  int64_t batch_stride = 0;  // in elements
  int64_t alignment = 1;     // of every matrix, in bytes; a power of two
};

// batch x rows x columns = batch x rows x inner times batch x inner x columns, the result
// row-major. The 16-bit types are added up in float.
struct LtProduct {
  DType dtype;
  Float32Precision precision = Float32Precision::kFull;
  int64_t rows, columns, inner;
  int64_t batch = 1;
  LtFactor left, right, out;
  const void* bias = nullptr;  // `columns` elements, added to every row
};

struct LtAlgorithm {
  cublasLtMatmulAlgo_t algorithm;
  int64_t workspace_bytes;
};

// The fastest that the library knows of, found once for each shape, layout, alignment and precision
// on each device. UNIMPLEMENTED with CUBLAS_UNSUPPORTED when it has none. Thread-safe.
absl::StatusOr<LtAlgorithm> FindAlgorithm(CudaDevice& device, const LtProduct& product);

// Where a product's matrices are.
struct LtMemory {
  const void* left;
  const void* right;
  void* out;
  void* workspace;
};

// Enqueues out = product_scale * left * right + out_scale * out + bias. With an out_scale of 0 what
// was in `out` is not read. `algorithm` was found for `product`.
absl::Status Multiply(CudaStream& stream, const LtProduct& product, const LtAlgorithm& algorithm,
                      const LtMemory& memory, double product_scale, double out_scale);

}  // namespace gradd::cuda
