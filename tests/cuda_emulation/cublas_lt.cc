// The functions of cuBLASLt that are used, in a library of its name. What it does not know it
// refuses with CUBLAS_STATUS_NOT_SUPPORTED. Like the library it trusts that a product is what its
// algorithm was asked for; unlike it, it checks.
#include <cublasLt.h>

#include <cstring>

#include "tests/cuda_emulation/lt_matmul.h"
#include "tests/cuda_emulation/memory.h"
#include "tests/cuda_emulation/report.h"
#include "tests/cuda_emulation/stream.h"

using namespace gradd::cuda_emulation;

namespace {

struct Preference {
  uint64_t workspace = 0;
  uint32_t reductions = 0;
  uint32_t alignment[4] = {256, 256, 256, 256};  // of A, B, C, D
};

// What an algorithm was asked for.
struct Algorithm {
  LtProblem problem;
  uint32_t alignment[4];
  uint64_t workspace;
};

// The opaque structs are ours to fill, but not to make larger.
template <class Ours, class Opaque>
Ours& In(Opaque* opaque) {
  static_assert(sizeof(Ours) <= sizeof(Opaque) && std::is_trivially_copyable_v<Ours>);
  return *reinterpret_cast<Ours*>(opaque);
}

template <class T>
cublasStatus_t Set(T& to, const void* from, size_t bytes) {
  if (bytes != sizeof(T)) return CUBLAS_STATUS_INVALID_VALUE;
  std::memcpy(&to, from, bytes);
  return CUBLAS_STATUS_SUCCESS;
}

bool IsAligned(const void* memory, uint32_t alignment) {
  return reinterpret_cast<uintptr_t>(memory) % alignment == 0;
}

}  // namespace

extern "C" {

cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) {
  *handle = reinterpret_cast<cublasLtHandle_t>(new int);
  return CUBLAS_STATUS_SUCCESS;
}

const char* cublasLtGetStatusString(cublasStatus_t status) {
  return status == CUBLAS_STATUS_NOT_SUPPORTED ? "not supported" : "another status";
}

cublasStatus_t cublasLtMatmulDescInit_internal(cublasLtMatmulDesc_t product, size_t bytes,
                                               cublasComputeType_t compute, cudaDataType scale) {
  if (bytes != sizeof *product) return CUBLAS_STATUS_INVALID_VALUE;
  In<LtProduct>(product) = {compute, scale, CUBLAS_OP_N, CUBLAS_OP_N, CUBLASLT_EPILOGUE_DEFAULT,
                            nullptr};
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t product,
                                              cublasLtMatmulDescAttributes_t attribute,
                                              const void* value, size_t bytes) {
  LtProduct& own = In<LtProduct>(product);
  switch (attribute) {
    case CUBLASLT_MATMUL_DESC_TRANSA:
      return Set(own.turn_a, value, bytes);
    case CUBLASLT_MATMUL_DESC_TRANSB:
      return Set(own.turn_b, value, bytes);
    case CUBLASLT_MATMUL_DESC_EPILOGUE:
      return Set(own.epilogue, value, bytes);
    case CUBLASLT_MATMUL_DESC_BIAS_POINTER:
      return Set(own.bias, value, bytes);
    default:
      return CUBLAS_STATUS_NOT_SUPPORTED;
  }
}

cublasStatus_t cublasLtMatrixLayoutInit_internal(cublasLtMatrixLayout_t layout, size_t bytes,
                                                 cudaDataType type, uint64_t rows, uint64_t columns,
                                                 int64_t leading) {
  if (bytes != sizeof *layout) return CUBLAS_STATUS_INVALID_VALUE;
  In<LtLayout>(layout) = {type, 1, rows, columns, leading, 0};
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatrixLayoutSetAttribute(cublasLtMatrixLayout_t layout,
                                                cublasLtMatrixLayoutAttribute_t attribute,
                                                const void* value, size_t bytes) {
  LtLayout& own = In<LtLayout>(layout);
  switch (attribute) {
    case CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT:
      return Set(own.batch, value, bytes);
    case CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET:
      return Set(own.batch_stride, value, bytes);
    default:
      return CUBLAS_STATUS_NOT_SUPPORTED;
  }
}

cublasStatus_t cublasLtMatmulPreferenceInit_internal(cublasLtMatmulPreference_t preference,
                                                     size_t bytes) {
  if (bytes != sizeof *preference) return CUBLAS_STATUS_INVALID_VALUE;
  In<Preference>(preference) = Preference();
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t preference,
                                                    cublasLtMatmulPreferenceAttributes_t attribute,
                                                    const void* value, size_t bytes) {
  Preference& own = In<Preference>(preference);
  switch (attribute) {
    case CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES:
      return Set(own.workspace, value, bytes);
    case CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK:
      return Set(own.reductions, value, bytes);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES:
      return Set(own.alignment[0], value, bytes);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES:
      return Set(own.alignment[1], value, bytes);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES:
      return Set(own.alignment[2], value, bytes);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES:
      return Set(own.alignment[3], value, bytes);
    default:
      return CUBLAS_STATUS_NOT_SUPPORTED;
  }
}

cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t product,
                                              cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                                              cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d,
                                              cublasLtMatmulPreference_t preference, int wanted,
                                              cublasLtMatmulHeuristicResult_t* results,
                                              int* found) {
  *found = 0;
  if (wanted < 1) return CUBLAS_STATUS_INVALID_VALUE;
  const LtProblem problem = {In<LtProduct>(product), In<LtLayout>(a), In<LtLayout>(b),
                             In<LtLayout>(c), In<LtLayout>(d)};
  const cublasStatus_t status = Check(problem);
  if (status != CUBLAS_STATUS_SUCCESS) return status;
  const Preference& asked = In<Preference>(preference);
  Algorithm* const algorithm = new Algorithm{problem, {}, 0};  // kept: there are few
  std::memcpy(algorithm->alignment, asked.alignment, sizeof asked.alignment);
  // Products with few results for their size are split.
  if (problem.Inner() > 64) algorithm->workspace = std::min<uint64_t>(asked.workspace, 4096);
  In<Algorithm*>(&results[0].algo) = algorithm;
  results[0].workspaceSize = algorithm->workspace;
  results[0].state = CUBLAS_STATUS_SUCCESS;
  *found = 1;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t, cublasLtMatmulDesc_t product, const void* alpha,
                              const void* a, cublasLtMatrixLayout_t a_layout, const void* b,
                              cublasLtMatrixLayout_t b_layout, const void* beta, const void* c,
                              cublasLtMatrixLayout_t c_layout, void* d,
                              cublasLtMatrixLayout_t d_layout, const cublasLtMatmulAlgo_t* algo,
                              void* workspace, size_t workspace_bytes, cudaStream_t stream) {
  const LtProblem problem = {In<LtProduct>(product), In<LtLayout>(a_layout), In<LtLayout>(b_layout),
                             In<LtLayout>(c_layout), In<LtLayout>(d_layout)};
  const Algorithm& algorithm = *In<Algorithm* const>(algo);
  if (!algorithm.problem.IsLike(problem)) Fail("a product is not what its algorithm is for");
  const void* const operands[] = {a, b, c, d};
  for (int k = 0; k < 4; ++k) {
    if (!IsAligned(operands[k], algorithm.alignment[k])) {
      Fail("operand %d of a product is less aligned than was promised", k);
    }
  }
  if (workspace_bytes < algorithm.workspace) Fail("a product has too little workspace");
  const bool is_double = problem.product.scale == CUDA_R_64F;
  const auto number = [&](const void* at) {
    return is_double ? *static_cast<const double*>(at) : *static_cast<const float*>(at);
  };
  const LtCall call = {problem, number(alpha), number(beta), a, b, c, d};
  Use(stream).Enqueue([call, workspace, bytes = algorithm.workspace] {
    CheckUsable(workspace, bytes, "a product spoils");
    if (bytes > 0) std::memset(workspace, 0xCD, bytes);
    Multiply(call);
  });
  return CUBLAS_STATUS_SUCCESS;
}
}
