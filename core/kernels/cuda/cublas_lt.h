// cuBLASLt, loaded when the first matrices are multiplied.
#pragma once

#include <cublasLt.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace gradd::cuda {

// The functions of it that are used. None is called by its name: the module is not linked with the
// library, which is half a gigabyte, so that loading the module costs nothing of that, and what
// needs no products works on machines without it.
struct CublasLt {
  decltype(&cublasLtCreate) Create;
  decltype(&cublasLtGetStatusString) GetStatusString;
  decltype(&cublasLtMatmulDescInit_internal) MatmulDescInit;
  decltype(&cublasLtMatmulDescSetAttribute) MatmulDescSetAttribute;
  decltype(&cublasLtMatrixLayoutInit_internal) MatrixLayoutInit;
  decltype(&cublasLtMatrixLayoutSetAttribute) MatrixLayoutSetAttribute;
  decltype(&cublasLtMatmulPreferenceInit_internal) MatmulPreferenceInit;
  decltype(&cublasLtMatmulPreferenceSetAttribute) MatmulPreferenceSetAttribute;
  decltype(&cublasLtMatmulAlgoGetHeuristic) MatmulAlgoGetHeuristic;
  decltype(&cublasLtMatmul) Matmul;

  // RESOURCE_EXHAUSTED with OUT_OF_MEMORY, or INTERNAL with CUBLAS_ERROR.
  absl::Status Check(cublasStatus_t status, const char* what) const;
};

// FAILED_PRECONDITION with CUBLAS_MISSING when the machine has no library of the version that this
// was compiled for. Tried once; the answer stays. Thread-safe.
absl::StatusOr<const CublasLt*> LoadCublasLt();

}  // namespace gradd::cuda
