// Products of matrices as cuBLASLt describes them: column-major, D = alpha op(A) op(B) + beta C,
// and a bias added to each row of D.
#pragma once

#include <cublasLt.h>

#include <cstdint>

namespace gradd::cuda_emulation {

struct LtProduct {
  cublasComputeType_t compute;
  cudaDataType scale;
  int32_t turn_a, turn_b;  // cublasOperation_t
  uint32_t epilogue;
  const void* bias;
};

struct LtLayout {
  cudaDataType type;
  int32_t batch;
  uint64_t rows, columns;
  int64_t leading, batch_stride;
};

struct LtProblem {
  LtProduct product;
  LtLayout a, b, c, d;

  uint64_t Inner() const { return product.turn_a == CUBLAS_OP_T ? a.rows : a.columns; }
  // But for the bias's address.
  bool IsLike(const LtProblem& other) const;
};

struct LtCall {
  LtProblem problem;
  double alpha, beta;
  const void *a, *b, *c;
  void* d;
};

// CUBLAS_STATUS_INVALID_VALUE for what is no product, CUBLAS_STATUS_NOT_SUPPORTED for what is none
// here.
cublasStatus_t Check(const LtProblem& problem);
// Computes it, on memory of devices.
void Multiply(const LtCall& call);

}  // namespace gradd::cuda_emulation
