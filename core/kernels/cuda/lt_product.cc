#include "core/kernels/cuda/lt_product.h"

#include <array>
#include <memory>
#include <unordered_map>

#include "core/base/mutex.h"
#include "core/base/status.h"
#include "core/device/cuda/cuda_device.h"

namespace gradd::cuda {
namespace {

// What the library may ask for besides operands; NVIDIA's recommendation for its larger devices.
constexpr uint64_t kMostWorkspace = uint64_t{32} << 20;

// All that an algorithm depends on.
using Key = std::array<int64_t, 18>;

Key KeyOf(const LtProduct& p) {
  return {static_cast<int64_t>(p.dtype),
          static_cast<int64_t>(p.precision),
          p.rows,
          p.columns,
          p.inner,
          p.batch,
          p.left.matrix.leading,
          p.left.matrix.is_turned,
          p.left.batch_stride,
          p.left.alignment,
          p.right.matrix.leading,
          p.right.matrix.is_turned,
          p.right.batch_stride,
          p.right.alignment,
          p.out.matrix.leading,
          p.out.batch_stride,
          p.out.alignment,
          p.bias != nullptr};
}

struct KeyHash {
  size_t operator()(const Key& key) const {
    uint64_t hash = 0;
    for (const int64_t number : key) {
      hash = (hash ^ static_cast<uint64_t>(number)) * 0x9E3779B97F4A7C15u;
      hash ^= hash >> 32;
    }
    return hash;
  }
};

// The library's handle for one device, and what was found on it.
struct Finder {
  // Those beyond are found each time: one that was forgotten might be another one the next time.
  static constexpr size_t kMostAlgorithms = 4096;

  const CublasLt* lt = nullptr;
  cublasLtHandle_t handle = nullptr;
  Mutex mutex;
  // Also that there is none.
  std::unordered_map<Key, absl::StatusOr<LtAlgorithm>, KeyHash> algorithms ABSL_GUARDED_BY(mutex);
};

// Lives until the process ends.
absl::StatusOr<Finder*> FinderOf(CudaDevice& device) {
  struct Finders {
    Mutex mutex;
    std::array<std::unique_ptr<Finder>, INT8_MAX + 1> of_device ABSL_GUARDED_BY(mutex);
  };
  static Finders* const kFinders = new Finders;
  GRADD_ASSIGN_OR_RETURN(const CublasLt* const lt, LoadCublasLt());
  MutexLock lock(kFinders->mutex);
  std::unique_ptr<Finder>& finder = kFinders->of_device[device.id().index];
  if (finder == nullptr) {
    device.MakeCurrent();
    auto made = std::make_unique<Finder>();
    made->lt = lt;
    GRADD_RETURN_IF_ERROR(lt->Check(lt->Create(&made->handle), "starting cuBLASLt"));
    finder = std::move(made);
  }
  return finder.get();
}

cudaDataType TypeOf(DType dtype) {
  switch (dtype) {
    case DType::kFloat16:
      return CUDA_R_16F;
    case DType::kBFloat16:
      return CUDA_R_16BF;
    case DType::kFloat64:
      return CUDA_R_64F;
    default:
      return CUDA_R_32F;
  }
}

cublasComputeType_t ComputeTypeOf(const LtProduct& product) {
  if (product.dtype == DType::kFloat64) return CUBLAS_COMPUTE_64F;
  return product.precision == Float32Precision::kTf32 ? CUBLAS_COMPUTE_32F_FAST_TF32
                                                      : CUBLAS_COMPUTE_32F;
}

// The library counts columns first, and a row-major matrix is the transposed of what it takes that
// memory for. So it is told to multiply the factors' transposed in the other order.
struct Descriptors {
  cublasLtMatmulDescOpaque_t product = {};
  cublasLtMatrixLayoutOpaque_t left = {}, right = {}, out = {};
};

absl::Status DescribeMatrix(const CublasLt& lt, const LtProduct& product, const LtFactor& factor,
                            int64_t rows, int64_t columns, cublasLtMatrixLayoutOpaque_t& layout) {
  const bool is_turned = factor.matrix.is_turned;
  GRADD_RETURN_IF_ERROR(lt.Check(
      lt.MatrixLayoutInit(&layout, sizeof layout, TypeOf(product.dtype), is_turned ? rows : columns,
                          is_turned ? columns : rows, factor.matrix.leading),
      "describing a matrix"));
  if (product.batch == 1) return absl::OkStatus();
  const auto count = static_cast<int32_t>(product.batch);
  GRADD_RETURN_IF_ERROR(
      lt.Check(lt.MatrixLayoutSetAttribute(&layout, CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, &count,
                                           sizeof count),
               "describing matrices"));
  return lt.Check(lt.MatrixLayoutSetAttribute(&layout, CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET,
                                              &factor.batch_stride, sizeof factor.batch_stride),
                  "describing matrices");
}

absl::StatusOr<Descriptors> Describe(const CublasLt& lt, const LtProduct& product) {
  Descriptors d;
  const bool is_double = product.dtype == DType::kFloat64;
  GRADD_RETURN_IF_ERROR(
      lt.Check(lt.MatmulDescInit(&d.product, sizeof d.product, ComputeTypeOf(product),
                                 is_double ? CUDA_R_64F : CUDA_R_32F),
               "describing a product"));
  const auto set = [&](cublasLtMatmulDescAttributes_t attribute, const auto& value) {
    return lt.Check(lt.MatmulDescSetAttribute(&d.product, attribute, &value, sizeof value),
                    "describing a product");
  };
  const auto operation = [](const LtFactor& factor) -> int32_t {
    return factor.matrix.is_turned ? CUBLAS_OP_T : CUBLAS_OP_N;
  };
  GRADD_RETURN_IF_ERROR(set(CUBLASLT_MATMUL_DESC_TRANSA, operation(product.right)));
  GRADD_RETURN_IF_ERROR(set(CUBLASLT_MATMUL_DESC_TRANSB, operation(product.left)));
  if (product.bias != nullptr) {
    GRADD_RETURN_IF_ERROR(set(CUBLASLT_MATMUL_DESC_EPILOGUE, uint32_t{CUBLASLT_EPILOGUE_BIAS}));
    GRADD_RETURN_IF_ERROR(set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, product.bias));
  }
  GRADD_RETURN_IF_ERROR(
      DescribeMatrix(lt, product, product.left, product.rows, product.inner, d.left));
  GRADD_RETURN_IF_ERROR(
      DescribeMatrix(lt, product, product.right, product.inner, product.columns, d.right));
  GRADD_RETURN_IF_ERROR(
      DescribeMatrix(lt, product, product.out, product.rows, product.columns, d.out));
  return d;
}

absl::StatusOr<LtAlgorithm> Ask(const Finder& finder, LtProduct product) {
  const CublasLt& lt = *finder.lt;
  // It reads the bias's alignment from its address: the least, since others are to come.
  if (product.bias != nullptr) product.bias = reinterpret_cast<const void*>(kBiasAlignment);
  GRADD_ASSIGN_OR_RETURN(Descriptors d, Describe(lt, product));
  cublasLtMatmulPreferenceOpaque_t preference = {};
  GRADD_RETURN_IF_ERROR(lt.Check(lt.MatmulPreferenceInit(&preference, sizeof preference),
                                 "looking for a product's algorithm"));
  const auto set = [&](cublasLtMatmulPreferenceAttributes_t attribute, const auto& value) {
    return lt.Check(lt.MatmulPreferenceSetAttribute(&preference, attribute, &value, sizeof value),
                    "looking for a product's algorithm");
  };
  const auto bytes = [](const LtFactor& f) { return static_cast<uint32_t>(f.alignment); };
  GRADD_RETURN_IF_ERROR(set(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, kMostWorkspace));
  if (ItemSize(product.dtype) < sizeof(float)) {
    // Sums of parts in the output's dtype would be rounded more than once.
    GRADD_RETURN_IF_ERROR(set(CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK,
                              uint32_t{CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE}));
  }
  GRADD_RETURN_IF_ERROR(set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, bytes(product.right)));
  GRADD_RETURN_IF_ERROR(set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, bytes(product.left)));
  GRADD_RETURN_IF_ERROR(set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, bytes(product.out)));
  GRADD_RETURN_IF_ERROR(set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, bytes(product.out)));
  cublasLtMatmulHeuristicResult_t best = {};
  int found = 0;
  const cublasStatus_t status = lt.MatmulAlgoGetHeuristic(
      finder.handle, &d.product, &d.right, &d.left, &d.out, &d.out, &preference, 1, &best, &found);
  if (status == CUBLAS_STATUS_NOT_SUPPORTED ||
      (status == CUBLAS_STATUS_SUCCESS && (found == 0 || best.state != CUBLAS_STATUS_SUCCESS))) {
    return Unimplemented("CUBLAS_UNSUPPORTED", "cuBLASLt has no algorithm for a product of ",
                         product.rows, "x", product.inner, " and ", product.inner, "x",
                         product.columns, " matrices of ", Name(product.dtype));
  }
  GRADD_RETURN_IF_ERROR(lt.Check(status, "looking for a product's algorithm"));
  return LtAlgorithm{best.algo, static_cast<int64_t>(best.workspaceSize)};
}

}  // namespace

absl::StatusOr<LtAlgorithm> FindAlgorithm(CudaDevice& device, const LtProduct& product) {
  GRADD_ASSIGN_OR_RETURN(Finder* const finder, FinderOf(device));
  const Key key = KeyOf(product);
  {
    MutexLock lock(finder->mutex);
    const auto known = finder->algorithms.find(key);
    if (known != finder->algorithms.end()) return known->second;
  }
  device.MakeCurrent();
  const absl::StatusOr<LtAlgorithm> algorithm = Ask(*finder, product);
  if (!algorithm.ok() && algorithm.status().code() != absl::StatusCode::kUnimplemented) {
    return algorithm;
  }
  MutexLock lock(finder->mutex);
  if (finder->algorithms.size() >= Finder::kMostAlgorithms) return algorithm;
  // Whoever came first decides: the same call gives the same bits.
  return finder->algorithms.try_emplace(key, algorithm).first->second;
}

absl::Status Multiply(CudaStream& stream, const LtProduct& product, const LtAlgorithm& algorithm,
                      const LtMemory& memory, double product_scale, double out_scale) {
  GRADD_ASSIGN_OR_RETURN(const Finder* const finder, FinderOf(stream.device()));
  const CublasLt& lt = *finder->lt;
  GRADD_ASSIGN_OR_RETURN(Descriptors d, Describe(lt, product));
  const auto multiply = [&](auto alpha, auto beta) {
    const cudaStream_t on = stream.Use();
    return lt.Matmul(finder->handle, &d.product, &alpha, memory.right, &d.right, memory.left,
                     &d.left, &beta, memory.out, &d.out, memory.out, &d.out, &algorithm.algorithm,
                     memory.workspace, static_cast<size_t>(algorithm.workspace_bytes), on);
  };
  const cublasStatus_t status =
      product.dtype == DType::kFloat64
          ? multiply(product_scale, out_scale)
          : multiply(static_cast<float>(product_scale), static_cast<float>(out_scale));
  return lt.Check(status, "multiplying matrices");
}

}  // namespace gradd::cuda
